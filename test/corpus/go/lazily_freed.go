// SPDX-License-Identifier: MIT
// Go that frees with MADV_FREE (GODEBUG=madvdontneed=0): the pages are the kernel's, and RSS counts them until it is short of memory.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
)

const blocks, block = 1409, 131071

func main() {
	before := released()
	held := make([][]byte, blocks)
	for i := range held {
		held[i] = make([]byte, block)
		for at := 0; at < block; at += 4096 {
			held[i][at] = 1
		}
	}
	held = nil
	debug.FreeOSMemory()
	freed := released() - before
	fmt.Printf("@phase ready bytes=%d\n", freed)
	io.Copy(io.Discard, os.Stdin)
	// The runtime keeps a few pages of it.
	if freed*10 > 9*blocks*block {
		fmt.Println("@done ok")
	} else {
		fmt.Printf("@done failed %d bytes released\n", freed)
	}
}

func released() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapReleased
}
