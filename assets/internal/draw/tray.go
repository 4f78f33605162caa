package main

import (
	"fmt"
	"path/filepath"
)

// appMark is a pin that has just landed in a tray, white on the accent, corner
// 26 % of the side, on a 24 grid.
const appMark = `<rect x="0" y="0" width="24" height="24" rx="6.24" fill="#5F63E6"/>
<path d="M4.600 14v2.400a3 3 0 0 0 3 3h8.800a3 3 0 0 0 3-3V14" fill="none" stroke="#DFE0FA" stroke-width="2" stroke-linecap="round"/>
<path d="M12 15.600C9.400 12.500 7.800 10.600 7.800 8.300a4.200 4.200 0 0 1 8.400 0C16.200 10.600 14.600 12.500 12 15.600z" fill="#FFFFFF"/>
<circle cx="12" cy="8.300" r="1.500" fill="#5F63E6"/>`

// panel is what a tray icon stands on: its own ink, and a colour per state.
type panel struct {
	name, ink             string
	safe, work, warn, bad string
	knock                 string // seen through the pin; close to the panel's own colour
}

var panels = []panel{
	{"dark", "#E6E8EC", "#46C488", "#4FB0F5", "#E8B04B", "#F5766E", "#1F2228"},
	{"light", "#24272E", "#157647", "#0A69B8", "#B87A00", "#C5352D", "#ECEEF1"},
}

func writeTray(dir string) error {
	for _, p := range panels {
		for state, in := range p.states() {
			tray := stroke("M2 10v2.500a2 2 0 0 0 2 2h8a2 2 0 0 0 2-2V10", p.ink, 2)
			path := filepath.Join(dir, "tray", state+"-"+p.name+".png")
			if err := writePNG(path, tray+in, 16, 64); err != nil {
				return err
			}
		}
	}
	return nil
}

// states says what sits in the tray, on a 16 grid, by the value of
// store.HealthState.
func (p panel) states() map[string]string {
	return map[string]string{
		"fine": fill("M8 11.600C5.900 9.200 4.500 7.300 4.500 5a3.500 3.500 0 0 1 7 0C11.500 7.300 10.100 9.200 8 11.600z", p.safe) +
			stroke("M6.300 5.100l1.200 1.200L9.800 4", p.knock, 1.3),
		"working": stroke("M11.500 5.300A3.500 3.500 0 1 1 10.200 2.500", p.work, 1.6) + fill("M12.700 .6v4.200H8.500z", p.work),
		"paused": fmt.Sprintf(`<rect x="5" y="1.500" width="2.200" height="7.500" rx=".8" fill="%[1]s"/>`+
			`<rect x="8.800" y="1.500" width="2.200" height="7.500" rx=".8" fill="%[1]s"/>`, p.ink),
		"needs-you": fmt.Sprintf(`<rect x="6.900" y="1" width="2.200" height="5.800" rx="1.100" fill="%[1]s"/>`+
			`<circle cx="8" cy="8.800" r="1.300" fill="%[1]s"/>`, p.warn),
		"problem": stroke("M5.200 2.200l5.600 5.600M10.800 2.200L5.200 7.800", p.bad, 2.2),
		"offline": fmt.Sprintf(`<circle cx="8" cy="5.200" r="3.300" fill="none" stroke="%s" stroke-width="1.600"/>`, p.ink) +
			stroke("M4 9.200L12 1.200", p.ink, 1.6),
	}
}

func stroke(d, colour string, width float64) string {
	return fmt.Sprintf(`<path d="%s" fill="none" stroke="%s" stroke-width="%.2f" stroke-linecap="round" stroke-linejoin="round"/>`, d, colour, width)
}

func fill(d, colour string) string { return fmt.Sprintf(`<path d="%s" fill="%s"/>`, d, colour) }
