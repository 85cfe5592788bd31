package signup

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// fill sets every field to something, and the version to one that is readable.
func fill(v reflect.Value, random *rand.Rand) {
	if !v.CanSet() {
		return
	}
	if _, isTime := v.Interface().(time.Time); isTime {
		v.Set(reflect.ValueOf(time.Unix(random.Int64N(record.MaxTime/1000), 0).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name == "V" {
				v.Field(i).SetInt(record.Version)
			} else {
				fill(v.Field(i), random)
			}
		}
	case reflect.String:
		v.SetString(anyText(random))
	case reflect.Int, reflect.Int64:
		v.SetInt(1 + random.Int64N(record.MaxTime))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+random.IntN(3), 3))
		for j := range v.Len() {
			fill(v.Index(j), random)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{anyText(random): anyText(random), "": ""}))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), random)
	default:
		panic("fill: " + v.Kind().String())
	}
}

// anyText returns text of any code points that requests may contain.
func anyText(random *rand.Rand) string {
	samples := []string{"a", "Z", "9", " ", "\"", "\\", "<&>", "\u2028", "ß", "ς", "ａ", "é", "😀", "\u200d", "\n", "\u0001"}
	var text strings.Builder
	for range 1 + random.IntN(12) {
		text.WriteString(samples[random.IntN(len(samples))])
	}
	return text.String()
}
