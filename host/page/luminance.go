package page

import "math"

// luminance is the relative luminance of a color of sRGB, 0 to 1, as WCAG 2.2
// defines it.
func luminance(parts [3]float64) float64 {
	total := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		part := parts[i] / 12.92
		if parts[i] > 0.04045 {
			part = math.Pow((parts[i]+0.055)/1.055, 2.4)
		}
		total += weight * part
	}
	return total
}
