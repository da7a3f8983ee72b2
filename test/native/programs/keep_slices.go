// Keeps 2,003 slices of 4,999 bytes, and says "ready".
package main

import "os"

var kept [2003][]byte

func main() {
	for index := range kept {
		kept[index] = make([]byte, 4999)
		kept[index][0] = 1
	}
	os.Stdout.WriteString("ready\n")
	os.Stdin.Read(make([]byte, 1))
}
