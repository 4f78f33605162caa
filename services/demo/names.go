package demo

import "fmt"

// names are what creators call their work, in the scripts they write in, with
// a place for a number.
var names = []string{
	"Sunset over the bay %03d.jpg", "Podcast episode %d.mp3", "album cover final v%d.psd", "IMG_%04d.HEIC",
	"Wedding Anna & Tom/%03d.jpg", "lecture-%02d-slides.pdf", "Birdsong at dawn, take %d.flac",
	"portfolio-2026-%02d.zip", "NFT Metadata #%d.json", "Thesis draft %d.docx", "city-timelapse-%d.mp4",
	"Interview with grandma, part %d.wav", "drone footage %03d.mov", "website build %d", "comic page %03d.png",
	"Zeichnung für München %d.tif", "Frühlingsfest Übung %d.mp4", "recette crème brûlée %d.pdf",
	"canción de cuna %d.ogg", "fotografia São Paulo %03d.jpg", "Şehir ışıkları %d.png", "Đường phố Hà Nội %d.jpg",
	"Ночной город №%d.png", "Лекция %d — введение.pdf", "Бабушкины рецепты %d.docx", "Київ навесні %03d.jpg",
	"春节合影 %03d.jpg", "毕业论文 第%d版.pdf", "山水画 %d.tif", "東京散歩 %02d.mp4", "夏の思い出 %d.jpg",
	"한강의 밤 %d.mov", "قصيدة الصباح %d.mp3", "صور العائلة %03d.jpg", "ערב בחיפה %d.jpg",
	"दिवाली की तस्वीरें %d.jpg", "ภาพถ่ายทะเล %d.jpg", "🎨 sketchbook %d.png",
}

var projects = []string{"studio", "archive", "client-work", "family", "zine"}

// name is a made-up pin's name; one in twelve has none.
func (m maker) name(place int) string {
	seed := m.seedOf(place)
	n := roll(seed, place, 8)
	if n%12 == 0 {
		return ""
	}
	return fmt.Sprintf(names[n/12%uint64(len(names))], 1+roll(seed, place, 9)%999)
}
