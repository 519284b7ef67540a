//go:build tools

// Package tools pins the Compose plugin that the cluster tests run.
package tools

import _ "github.com/docker/compose/v2/cmd"
