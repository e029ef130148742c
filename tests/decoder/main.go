// Reads a Zstandard page as a Go program does, with the window that HTTP allows, and writes what it says.
package main

import (
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

func main() {
	reader, err := zstd.NewReader(os.Stdin, zstd.WithDecoderMaxWindow(8<<20))
	if err == nil {
		_, err = io.Copy(os.Stdout, reader)
	}
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}
