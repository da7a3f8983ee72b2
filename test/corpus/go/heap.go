// SPDX-License-Identifier: MIT
// Go's own heap: its runtime maps it, and malloc knows nothing of it.
package main

import (
	"fmt"
	"io"
	"os"
)

const blocks, block = 1301, 131071

func main() {
	held := make([][]byte, blocks)
	for i := range held {
		held[i] = make([]byte, block)
		for at := 0; at < block; at += 4096 {
			held[i][at] = 1
		}
	}
	fmt.Printf("@phase ready bytes=%d\n", blocks*block)
	io.Copy(io.Discard, os.Stdin)
	if len(held) == blocks {
		fmt.Println("@done ok")
	}
}
