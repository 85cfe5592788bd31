package main

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// aim is the t above which two kinds count as different, as is usual in tests
// for side channels.
const aim = 4.5

// cropped is the part of all times that is kept when outliers are dropped.
const cropped = 0.95

// welch is Welch's t statistic of two samples: positive where the first one is
// slower.
func welch(a, b []float64) float64 {
	meanA, varianceA := moments(a)
	meanB, varianceB := moments(b)
	return (meanA - meanB) / math.Sqrt(varianceA/float64(len(a))+varianceB/float64(len(b)))
}

// moments are the mean and the variance of a sample.
func moments(values []float64) (mean, variance float64) {
	for _, v := range values {
		mean += v
	}
	mean /= float64(len(values))
	for _, v := range values {
		variance += (v - mean) * (v - mean)
	}
	return mean, variance / float64(len(values)-1)
}

// quantile is the value below which that part of a sample lies.
func quantile(values []float64, part float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}

// below drops the values from a bound on.
func below(values []float64, bound float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v >= bound })
}

// report prints the measurements, and t for each pair of kinds.
func report(out io.Writer, kinds []string, samples []sample) {
	var all []float64
	own, after := make([][]float64, len(kinds)), make([][]float64, len(kinds))
	for _, s := range samples {
		all = append(all, s.seconds)
		own[s.kind] = append(own[s.kind], s.seconds)
		after[s.before] = append(after[s.before], s.seconds)
	}
	bound := quantile(all, cropped)
	fmt.Fprintf(out, "\n%-22s %7s %10s %10s %10s\n", "kind", "count", "median ms", "mean ms", "95 % ms")
	for k, name := range kinds {
		mean, _ := moments(own[k])
		fmt.Fprintf(out, "%-22s %7d %10.4f %10.4f %10.4f\n", name, len(own[k]), quantile(own[k], 0.5)*1e3, mean*1e3, quantile(own[k], 0.95)*1e3)
	}
	fmt.Fprintf(out, "\nWelch's t; the aim is below %.1f in either direction. Cropped: without the %.2f ms and above.\n", aim, bound*1e3)
	fmt.Fprintf(out, "%-46s %8s %8s %8s %12s\n", "pair", "all", "cropped", "after", "medians µs")
	for a := range kinds {
		for b := a + 1; b < len(kinds); b++ {
			t := welch(own[a], own[b])
			tCropped := welch(below(own[a], bound), below(own[b], bound))
			tAfter := welch(below(after[a], bound), below(after[b], bound))
			verdict := ""
			if max(math.Abs(t), math.Abs(tCropped), math.Abs(tAfter)) >= aim {
				verdict = "  they differ"
			}
			apart := (quantile(own[a], 0.5) - quantile(own[b], 0.5)) * 1e6
			fmt.Fprintf(out, "%-46s %8.2f %8.2f %8.2f %12.1f%s\n", fmt.Sprintf("%s / %s", kinds[a], kinds[b]), t, tCropped, tAfter, apart, verdict)
		}
	}
}
