package rig

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Spec is the file of the API's specification beside the repository, where
// there is one.
func Spec() (string, error) {
	path := filepath.Join(Root(), "..", "shared", "spec", "ipfs-pinning-service-v1.0.0.yaml")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no spec file: %w", ErrMissing)
	}
	return path, nil
}

// suite is where the compliance suite is below its node_modules.
const suite = "@ipfs-shipyard/pinning-service-compliance"

var specLocation = regexp.MustCompile(`(?m)^const specLocation = .*$`)

// Compliance runs the public compliance suite against a service, in a copy
// below dir that reads the specification from a file. It returns what the suite
// said; its exit status means nothing.
func Compliance(ctx context.Context, dir, url, key string) (string, error) {
	if err := Need("node", "npm"); err != nil {
		return "", err
	}
	spec, err := Spec()
	if err != nil {
		return "", err
	}
	modules, err := install("compliance")
	if err != nil {
		return "", err
	}
	modules = filepath.Join(modules, "node_modules")
	mine := filepath.Join(dir, "suite")
	if err := os.CopyFS(filepath.Join(mine, "dist"), os.DirFS(filepath.Join(modules, suite, "dist"))); err != nil {
		return "", err
	}
	info, err := os.ReadFile(filepath.Join(modules, suite, "package.json"))
	if err != nil {
		return "", err
	}
	constants := filepath.Join(mine, "dist", "src", "utils", "constants.js")
	text, err := os.ReadFile(constants)
	if err != nil {
		return "", err
	}
	if !specLocation.Match(text) {
		return "", fmt.Errorf("the suite has no specLocation in %s", constants)
	}
	text = specLocation.ReplaceAllLiteral(text, fmt.Appendf(nil, "const specLocation = %q;", spec))
	for path, text := range map[string][]byte{constants: text, filepath.Join(mine, "package.json"): info} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return "", err
		}
	}
	// Its own packages first, then those beside it.
	for link, to := range map[string]string{
		filepath.Join(mine, "node_modules"): filepath.Join(modules, suite, "node_modules"),
		filepath.Join(dir, "node_modules"):  modules,
	} {
		if _, err := os.Stat(to); err != nil {
			continue
		}
		if err := os.Symlink(to, link); err != nil {
			return "", err
		}
	}
	cmd := exec.CommandContext(ctx, "node", filepath.Join(mine, "dist", "src", "index.js"), "-s", url, key)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err = cmd.Run()
	return said.String(), err
}

// install installs the npm packages of a folder beside the servers, once, and
// says where they are.
func install(folder string) (string, error) {
	data := filepath.Join(Root(), "services", "psa", "testdata")
	out, err := exec.Command(filepath.Join(data, "servers", "install.sh"), filepath.Join(data, folder)).Output()
	if err != nil {
		return "", fmt.Errorf("npm packages (the first time needs the network): %w", ErrMissing)
	}
	return strings.TrimSpace(string(out)), nil
}
