package folders

import (
	"slices"
	"strings"

	"github.com/pintray/pintray/ui/kit"
)

// kind is a kind of files to choose. Its pattern is how a folder remembers it.
type kind struct{ word, pattern string }

// kinds are in the order of the choice.
func kinds() []kind {
	return []kind{
		{kit.T("folders.kind.pictures"), "*.{jpg,jpeg,png,gif,webp,avif,heic,heif,tif,tiff,svg,bmp,psd,kra,xcf}"},
		{kit.T("folders.kind.videos"), "*.{mp4,mov,mkv,webm,avi,m4v}"},
		{kit.T("folders.kind.sounds"), "*.{mp3,wav,flac,ogg,opus,m4a,aac,aif,aiff}"},
		{kit.T("folders.kind.documents"), "*.{pdf,txt,md,rtf,doc,docx,odt,xls,xlsx,ods,csv,ppt,pptx,odp,epub,html}"},
	}
}

// chosenKinds tells what a folder includes apart: which kinds, and the rest as
// a person would type it.
func chosenKinds(include []string) (chosen []bool, others string) {
	var rest []string
	all := kinds()
	chosen = make([]bool, len(all))
	for _, p := range include {
		if i := slices.IndexFunc(all, func(k kind) bool { return k.pattern == p }); i >= 0 {
			chosen[i] = true
		} else {
			rest = append(rest, p)
		}
	}
	return chosen, strings.Join(rest, ", ")
}

// patterns is what a person typed, taken apart at commas (but not inside
// braces), semicolons and line ends. A bare ending becomes a pattern: "svg" and
// ".svg" are "*.svg" where endings is asked for.
func patterns(text string, endings bool) []string {
	var out []string
	depth := 0
	for _, p := range strings.FieldsFunc(text, func(r rune) bool {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		return r == '\n' || depth <= 0 && (r == ',' || r == ';')
	}) {
		p = strings.TrimSpace(p)
		if p == "" {
			continue
		}
		if endings && !strings.ContainsAny(p, "*?[{/") {
			p = "*." + strings.TrimPrefix(p, ".")
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// what names the files a folder takes: "pictures", "pictures and videos".
func what(include []string) string {
	chosen, others := chosenKinds(include)
	var words []string
	for i, k := range kinds() {
		if chosen[i] {
			words = append(words, k.word)
		}
	}
	switch {
	case len(include) == 0:
		return kit.T("folders.what.files")
	case others != "":
		return kit.T("folders.what.some")
	default:
		return and(words)
	}
}

// and is a list in words: "Pinata, Filebase and My cluster".
func and(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return kit.T("folders.and", "these", strings.Join(words[:n-1], ", "), "last", words[n-1])
	}
}
