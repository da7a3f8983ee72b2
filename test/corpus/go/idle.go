// SPDX-License-Identifier: MIT
// A small service in Go that has answered, and waits.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
)

const requests = 3001

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, r.URL.Path) }))
	for i := 0; i < requests; i++ {
		answer, err := http.Get(fmt.Sprintf("%s/%d", server.URL, i))
		if err != nil {
			fmt.Println("@done failed", err)
			os.Exit(1)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	fmt.Println("@phase ready bytes=0")
	io.Copy(io.Discard, os.Stdin)
	fmt.Println("@done ok")
}
