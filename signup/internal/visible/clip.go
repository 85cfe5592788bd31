package visible

// Clip shortens text to limit code points, for messages that repeat it.
func Clip(text string, limit int) string {
	count := 0
	for i := range text {
		if count == limit {
			return text[:i] + "…"
		}
		count++
	}
	return text
}
