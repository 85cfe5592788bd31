package main

import (
	"context"
	"errors"

	"github.com/enrol-sso/enrol/kv"
)

// What the store answers. Requests have the names of package kv, which
// encoding/json finds whatever their case.

type value struct {
	Version string `json:"version"`
	Data    string `json:"data"`
}

type entry struct {
	Key string `json:"key"`
	value
}

func (e *Effects) get(request struct{ Keys []string }) (object, error) {
	found, err := e.store.Get(context.Background(), request.Keys)
	if err != nil {
		return nil, err
	}
	values := make([]*value, len(found)) // nil, which is null, for absent
	for i, v := range found {
		if v.Version != "" {
			values[i] = &value{v.Version, v.Data}
		}
	}
	return object{"values": values}, nil
}

func (e *Effects) commit(batch kv.Batch) (object, error) {
	applied, err := e.store.Commit(context.Background(), batch)
	switch {
	case errors.Is(err, kv.ErrUnknown):
		return object{"unknown": err.Error()}, nil
	case err != nil && !errors.Is(err, kv.ErrConflict):
		return nil, err
	}
	return object{"applied": applied}, nil
}

type search struct {
	Prefix, After string
	Limit         int
}

func (e *Effects) scan(s search) (object, error) {
	found, err := e.store.Scan(context.Background(), s.Prefix, s.After, s.Limit)
	if err != nil {
		return nil, err
	}
	entries := make([]entry, len(found))
	for i, f := range found {
		entries[i] = entry{f.Key, value{f.Version, f.Data}}
	}
	return object{"entries": entries}, nil
}
