package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// naivePages is how many requests of the walker with limit=10 are waited for; the
// rest is reckoned.
const naivePages = 200

// walker is how others read a list: page after page, the next one before the
// last pin seen, into memory.
type walker struct {
	url   string
	limit int
	most  int // requests, 0: to the end
}

// walked is what came of it.
type walked struct {
	pins, requests int
	took           time.Duration
}

func (w walker) walk(ctx context.Context) (walked, error) {
	began := time.Now()
	seen := make(map[string]bool)
	var before string
	for n := 1; ; n++ {
		results, err := w.page(ctx, before)
		if err != nil {
			return walked{}, err
		}
		for _, r := range results {
			seen[r.RequestID] = true
		}
		if len(results) < w.limit || n == w.most {
			return walked{len(seen), n, time.Since(began)}, nil
		}
		before = results[len(results)-1].Created
	}
}

type listed struct {
	RequestID string `json:"requestid"`
	Created   string `json:"created"`
	Pin       struct {
		CID  string `json:"cid"`
		Name string `json:"name"`
	} `json:"pin"`
}

func (w walker) page(ctx context.Context, before string) ([]listed, error) {
	query := url.Values{"limit": {strconv.Itoa(w.limit)}, "status": {"queued,pinning,pinned,failed"}}
	if before != "" {
		query.Set("before", before)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/pins?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer none")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("list: %s", resp.Status)
	}
	var page struct {
		Results []listed `json:"results"`
	}
	err = json.NewDecoder(resp.Body).Decode(&page)
	return page.Results, err
}

// others are a serial walk of full pages, and the start of one of pages of ten
// as common clients do it.
type others struct{ full, naive walked }

func walkLikeOthers(ctx context.Context, url string) (o others, err error) {
	if o.full, err = (walker{url: url, limit: 1000}).walk(ctx); err != nil {
		return o, err
	}
	o.naive, err = walker{url: url, limit: 10, most: naivePages}.walk(ctx)
	return o, err
}

// print prints how long they take.
func (o others) print(b *bench) {
	b.figure("  a serial walker, limit=1000, into memory", o.full.took, 0,
		fmt.Sprintf("%d of %d pins, %d requests", o.full.pins, b.pins, o.full.requests))
	all := time.Duration(float64(o.naive.took) * float64(b.pins) / float64(max(1, o.naive.pins)))
	b.figure("  a naive walker, limit=10, into memory", all, 0,
		fmt.Sprintf("reckoned from %d requests in %s; it loses what ties", o.naive.requests, round(o.naive.took)))
}
