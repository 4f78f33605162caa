package boot

import (
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/natefinch/lumberjack.v2"
)

// logFile is the log in the data folder; five files of 5 MB in all are kept.
const logFile = "pintray.log"

// What a key looks like where the key itself is not known: an Authorization
// header, a bearer key, a JWT.
var (
	authorization = regexp.MustCompile(`(?i)(authorization\W{1,6}(?:(?:bearer|basic|token)\W{1,3})?)[^\s"',\\\]}]+`)
	bearer        = regexp.MustCompile(`(?i)(\bbearer(?:\s|%20|\+)+)[^\s"',\\\]}]+`)
	jwt           = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*`)
)

// scrubber writes on what it is given, without anything that is or looks like
// an access key. It works on the finished line, so no attribute, group or
// error gets past it.
type scrubber struct {
	to   io.Writer
	live func(string) string // replaces the keys in use
}

// Write reports the length it was given: the caller's line was taken whole.
func (s scrubber) Write(line []byte) (int, error) {
	text := s.live(string(line))
	lower := strings.ToLower(text) // few lines need the slow look
	if strings.Contains(lower, "authorization") {
		text = authorization.ReplaceAllString(text, "${1}••••")
	}
	if strings.Contains(lower, "bearer") {
		text = bearer.ReplaceAllString(text, "${1}••••")
	}
	if strings.Contains(text, "eyJ") {
		text = jwt.ReplaceAllString(text, "••••")
	}
	if _, err := io.WriteString(s.to, text); err != nil {
		return 0, err
	}
	return len(line), nil
}

// newLog is the log of one process. Only the owner of dir writes the file
// there (dir is "" for any other); also gets the lines too, unless it is nil.
func newLog(dir string, also io.Writer, live func(string) string) (*slog.Logger, io.Closer) {
	var writers []io.Writer
	file := &lumberjack.Logger{MaxSize: 5, MaxBackups: 4}
	if dir != "" {
		file.Filename = filepath.Join(dir, logFile)
		writers = append(writers, file)
	}
	if also != nil {
		writers = append(writers, also)
	}
	to := scrubber{to: io.MultiWriter(writers...), live: live}
	return slog.New(slog.NewTextHandler(to, nil)), file
}
