//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

// opened is the file of a population that is being read.
type opened struct {
	file  *os.File
	lines *bufio.Scanner
}

// open opens the file and reads the header.
func (p *population) open() (*opened, error) {
	file, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	o := &opened{file: file, lines: bufio.NewScanner(file)}
	o.lines.Buffer(nil, kv.MaxBatchBytes)
	line, err := o.next()
	if err == nil {
		err = json.Unmarshal(line, &p.header)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return o, nil
}

// next returns the next line, until the next call.
func (o *opened) next() ([]byte, error) {
	if !o.lines.Scan() {
		if err := o.lines.Err(); err != nil {
			return nil, err
		}
		return nil, errors.New("the file of accounts ends early")
	}
	return o.lines.Bytes(), nil
}

func (o *opened) close() { _ = o.file.Close() }

// fill writes the first accounts of the population to an empty store.
func (p *population) fill(ctx context.Context, store kv.Store, accounts int) error {
	o, err := p.open()
	if err != nil {
		return err
	}
	defer o.close()
	if err := write(ctx, store, p.Meta); err != nil {
		return err
	}
	const workers = 8
	batches := make(chan []kv.Put, workers)
	errs := make([]error, workers+1)
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for batch := range batches {
				if errs[worker] == nil {
					errs[worker] = write(ctx, store, batch)
				}
			}
		})
	}
	var batch []kv.Put
	for range accounts {
		var records []kv.Put
		line, err := o.next()
		if err == nil {
			err = json.Unmarshal(line, &records)
		}
		if err != nil {
			errs[workers] = err
			break
		}
		if len(batch)+len(records) > kv.MaxChanges {
			batches <- batch
			batch = nil
		}
		batch = append(batch, records...)
	}
	batches <- batch
	close(batches)
	all.Wait()
	return errors.Join(errs...)
}

// write writes records in as few commits as the contract of stores allows.
func write(ctx context.Context, store kv.Store, records []kv.Put) error {
	for puts := range slices.Chunk(records, kv.MaxChanges) {
		applied, err := store.Commit(ctx, kv.Batch{Puts: puts})
		if err == nil && !applied {
			err = errors.New("the store did not apply a commit without checks")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func putsOf(entries []kv.Entry) (puts []kv.Put) {
	for _, entry := range entries {
		puts = append(puts, kv.Put{Key: entry.Key, Data: entry.Data})
	}
	return puts
}

func withoutMeta(records []kv.Put) []kv.Put {
	return slices.DeleteFunc(records, func(put kv.Put) bool { return strings.HasPrefix(put.Key, "meta/") })
}
