// Blocks of C's malloc that goroutines fill, hand on, and free on another thread.
package main

/*
#include <stdlib.h>
#include <string.h>
static char *filled(size_t size, int byte) { return memset(malloc(size), byte, size); }
static unsigned long sum(const char *block, size_t size) {
  unsigned long total = 0;
  for (size_t i = 0; i < size; i++) total += (unsigned char)block[i];
  return total;
}
*/
import "C"

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"
)

type block struct {
	bytes *C.char
	size  C.size_t
}

func main() {
	blocks := make(chan block, 64)
	sums := make(chan uint64)
	var makers sync.WaitGroup
	for maker := 0; maker < 16; maker++ {
		makers.Add(1)
		go func(seed int) {
			defer makers.Done()
			// A thread that is locked ends with its goroutine.
			runtime.LockOSThread()
			for i := 0; i < 2000; i++ {
				size := C.size_t(i*seed%5000 + 1)
				blocks <- block{C.filled(size, C.int(i)), size}
			}
		}(maker)
	}
	for taker := 0; taker < 4; taker++ {
		go func() {
			var total uint64
			for taken := range blocks {
				total += uint64(C.sum(taken.bytes, taken.size))
				total += uint64(len(C.GoBytes(unsafe.Pointer(taken.bytes), C.int(taken.size))))
				C.free(unsafe.Pointer(taken.bytes))
			}
			sums <- total
		}()
	}
	makers.Wait()
	close(blocks)
	var total uint64
	for taker := 0; taker < 4; taker++ {
		total += <-sums
	}
	fmt.Println(total)
}
