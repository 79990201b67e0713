// The oracle replays journals with the engine's own replayer, so that Hoist's fold can be compared.
//
// It answers each line of JSON on stdin with one line of JSON on stdout:
//
//	{"base": deployment|null, "entries": [...]}  ->  {"prefixes": [outcome, ...]}
//	{"deployment": deployment}                   ->  {"verdict": outcome}
//
// The first kind replays every prefix of the journal, from no entry to all of them.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack/snapshot"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

type request struct {
	Base       json.RawMessage   `json:"base"`
	Entries    []json.RawMessage `json:"entries"`
	Deployment json.RawMessage   `json:"deployment"`
}

type outcome struct {
	// Error says why there is no deployment: the replayer's own error, or a panic.
	Error      string                `json:"error,omitempty"`
	Version    int                   `json:"version,omitempty"`
	Features   []string              `json:"features,omitempty"`
	Deployment *apitype.DeploymentV3 `json:"deployment,omitempty"`
	// WriteError and ReadError are what the engine's checks say before it writes a snapshot and
	// after it has read one. They differ: only the second looks at replaceWith.
	WriteError string `json:"writeError,omitempty"`
	ReadError  string `json:"readError,omitempty"`
}

type answer struct {
	Prefixes []outcome `json:"prefixes,omitempty"`
	Verdict  *outcome  `json:"verdict,omitempty"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			log.Fatalf("unreadable request: %v", err)
		}
		if err := answers.Encode(respond(asked)); err != nil {
			log.Fatalf("cannot answer: %v", err)
		}
	}
}

func respond(asked request) answer {
	if asked.Deployment != nil {
		verdict := judge(asked.Deployment)
		return answer{Verdict: &verdict}
	}
	var prefixes []outcome
	for length := 0; length <= len(asked.Entries); length++ {
		prefixes = append(prefixes, replay(asked.Base, asked.Entries[:length]))
	}
	return answer{Prefixes: prefixes}
}

// replay decodes its input anew each time: the replayer writes into what it is given.
func replay(base json.RawMessage, entries []json.RawMessage) (result outcome) {
	defer recoverInto(&result)

	deployment := &apitype.DeploymentV3{}
	if err := json.Unmarshal(base, deployment); err != nil {
		return outcome{Error: err.Error()}
	}
	replayer := backend.NewJournalReplayer(deployment)
	for _, text := range entries {
		var entry apitype.JournalEntry
		if err := json.Unmarshal(text, &entry); err != nil {
			return outcome{Error: err.Error()}
		}
		if err := replayer.Add(entry); err != nil {
			return outcome{Error: err.Error()}
		}
	}
	replayed, err := replayer.GenerateDeployment()
	if err != nil {
		return outcome{Error: err.Error()}
	}
	result = verify(replayed.Deployment)
	result.Version = int(replayed.Version)
	result.Features = replayed.Features
	result.Deployment = replayed.Deployment
	return result
}

func judge(text json.RawMessage) (result outcome) {
	defer recoverInto(&result)

	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(text, &deployment); err != nil {
		return outcome{Error: err.Error()}
	}
	return verify(&deployment)
}

func verify(deployment *apitype.DeploymentV3) outcome {
	var result outcome
	if err := snapshot.VerifyIntegrity(deployment); err != nil {
		result.WriteError = err.Error()
	}
	if err := verifyAsReader(*deployment); err != nil {
		result.ReadError = err.Error()
	}
	return result
}

// verifyAsReader leaves the properties out: their secrets need a key, and no check looks at them.
func verifyAsReader(deployment apitype.DeploymentV3) error {
	deployment.SecretsProviders = nil
	deployment.PendingOperations = nil
	resources := make([]apitype.ResourceV3, len(deployment.Resources))
	for i, resource := range deployment.Resources {
		resource.Inputs, resource.Outputs, resource.ReplacementTrigger = nil, nil, nil
		resources[i] = resource
	}
	deployment.Resources = resources

	read, err := stack.DeserializeDeploymentV3(context.Background(), deployment, nil)
	if err != nil {
		return err
	}
	return read.VerifyIntegrity()
}

func recoverInto(result *outcome) {
	if panicked := recover(); panicked != nil {
		*result = outcome{Error: fmt.Sprintf("panic: %v", panicked)}
	}
}
