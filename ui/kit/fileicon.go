package kit

import (
	"path"
	"strings"
)

// FileIcon is the icon of what a name says a file is; a name without an ending
// is taken for a folder's.
func FileIcon(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".tif", ".tiff", ".psd", ".bmp", ".heic", ".avif", ".ico":
		return "image"
	case ".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v":
		return "film"
	case ".mp3", ".wav", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".mid":
		return "music"
	case ".pdf", ".md", ".txt", ".doc", ".docx", ".odt", ".rtf", ".epub", ".html", ".csv", ".xlsx", ".ods":
		return "doc"
	case ".zip", ".tar", ".gz", ".xz", ".zst", ".7z", ".rar", ".car", ".iso", ".deb", ".bz2":
		return "archive"
	case ".glb", ".gltf", ".obj", ".stl", ".blend", ".fbx":
		return "cube"
	case ".json", ".go", ".js", ".ts", ".py", ".rs", ".c", ".wasm", ".xml", ".yaml", ".toml", ".sh":
		return "code"
	case "":
		return "folder"
	default:
		return "file"
	}
}
