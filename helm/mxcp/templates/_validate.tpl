{{/* What the schema cannot say: values that are right one by one and lose data, or do nothing, together. */}}
{{- define "mxcp.validate" -}}
{{- include "mxcp.validate.image" . }}
{{- include "mxcp.validate.replicas" . }}
{{- include "mxcp.validate.volumes" . }}
{{- include "mxcp.validate.config" . }}
{{- include "mxcp.validate.project" . }}
{{- include "mxcp.validate.routes" . }}
{{- end }}

{{- define "mxcp.validate.image" -}}
{{- if eq .Values.image.tag "latest" }}
{{- fail "image.tag: latest names no version, so a rollback would bring nothing back: set the version, or leave it empty for the chart's" }}
{{- end }}
{{- end }}

{{- define "mxcp.validate.replicas" -}}
{{- $hint := "one process serves one read-write DuckDB file. Set readonly: true, or database.external: true when all that must last is in another database" }}
{{- if include "mxcp.writes" . }}
{{- if .Values.autoscaling.enabled }}
{{- fail (printf "autoscaling.enabled: a read-write server cannot have several pods: %s, or autoscaling.enabled: false" $hint) }}
{{- end }}
{{- if gt (int .Values.replicaCount) 1 }}
{{- fail (printf "replicaCount: a read-write server cannot have %d pods: %s, or replicaCount: 1" (int .Values.replicaCount) $hint) }}
{{- end }}
{{- end }}
{{- with .Values.autoscaling }}
{{- if .enabled }}
{{- if gt (int .minReplicas) (int .maxReplicas) }}
{{- fail (printf "autoscaling: minReplicas %d is above maxReplicas %d: lower the one or raise the other" (int .minReplicas) (int .maxReplicas)) }}
{{- end }}
{{- if not (or .targetCPUUtilizationPercentage .targetMemoryUtilizationPercentage) }}
{{- fail "autoscaling: nothing to scale by: set targetCPUUtilizationPercentage, targetMemoryUtilizationPercentage or both" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "mxcp.validate.volumes" -}}
{{- $data := .Values.persistence.data }}
{{- if and (include "mxcp.writes" .) (not $data.enabled) }}
{{- fail "persistence.data.enabled: a read-write database would be lost with its pod: set it to true, or readonly: true, or database.external: true when all that must last is in another database" }}
{{- end }}
{{- if include "mxcp.several" . }}
{{- range $name, $claim := .Values.persistence }}
{{- if and $claim.enabled (not (include "mxcp.shareable" $claim)) }}
{{- fail (printf "persistence.%s: several pods cannot share a volume of accessModes %s: set accessModes: [ReadWriteMany] with a storage class that can, or persistence.%s.enabled: false" $name (toJson $claim.accessModes) $name) }}
{{- end }}
{{- end }}
{{- if and $data.enabled .Values.database.external (not .Values.readonly) }}
{{- fail "persistence.data.enabled: with database.external several pods would write to one DuckDB file: set persistence.data.enabled: false, so that each has its own" }}
{{- end }}
{{- end }}
{{- $paths := dict }}
{{- range $name, $claim := .Values.persistence }}
{{- if hasKey $paths $claim.mountPath }}
{{- fail (printf "persistence.%s.mountPath: %s is the path of persistence.%s too: each needs its own" $name $claim.mountPath (get $paths $claim.mountPath)) }}
{{- end }}
{{- $_ := set $paths $claim.mountPath $name }}
{{- end }}
{{- end }}

{{- define "mxcp.validate.config" -}}
{{- if and .Values.config.existingSecret .Values.config.content }}
{{- fail "config: existingSecret and content are two user files: set one of them" }}
{{- end }}
{{- $owned := dict "MCP_PORT" "containerPort" "MXCP_PROFILE" "profile" "MXCP_READONLY" "readonly" "MXCP_CONFIG" "config.existingSecret" "MXCP_CONFIG_PATH" "config.existingSecret" "HOME" "persistence.data.mountPath" }}
{{- range .Values.env }}
{{- if hasKey $owned .name }}
{{- fail (printf "env: %s is set by the chart: set %s instead" .name (get $owned .name)) }}
{{- end }}
{{- if and (has .name (list "MCP_API_KEYS" "MXCP_REQUEST_STATE_KEY" "VAULT_TOKEN" "OP_SERVICE_ACCOUNT_TOKEN")) .value }}
{{- fail (printf "env: everybody who may read Deployments would see the value of %s: put it into the Secret of envFrom, or use valueFrom.secretKeyRef" .name) }}
{{- end }}
{{- end }}
{{- if and .Values.test.apiKeySecret.name (not .Values.test.apiKeySecret.key) }}
{{- fail "test.apiKeySecret: set key to the key of the Secret that holds the API key" }}
{{- end }}
{{- end }}

{{- define "mxcp.validate.project" -}}
{{- $source := .Values.project.source }}
{{- with .Values.project }}
{{- if and (ne $source "configMap") (or .files .existingConfigMap) }}
{{- fail (printf "project.source: %s uses neither project.files nor project.existingConfigMap: set project.source: configMap, or remove them" $source) }}
{{- end }}
{{- if and (ne $source "git") .git.repository }}
{{- fail (printf "project.source: %s does not use project.git: set project.source: git, or remove project.git.repository" $source) }}
{{- end }}
{{- if eq $source "git" }}
{{- if not .git.repository }}{{ fail "project.git.repository: set it to the https:// address of the project's repository" }}{{ end }}
{{- if not .git.ref }}{{ fail "project.git.ref: set it to the tag, branch or commit that is to be served" }}{{ end }}
{{- end }}
{{- if eq $source "configMap" }}{{ include "mxcp.validate.files" . }}{{ end }}
{{- end }}
{{- end }}

{{- define "mxcp.validate.files" -}}
{{- if and .files .existingConfigMap }}
{{- fail "project: files and existingConfigMap are two projects: set one of them" }}
{{- end }}
{{- if not (or .files .existingConfigMap) }}
{{- fail "project.files: set the project's files, or project.existingConfigMap" }}
{{- end }}
{{- if and .existingConfigMap (not .items) }}
{{- fail "project.items: a ConfigMap has no folders: set the path of each key, such as [{key: sales, path: tools/sales.yml}]" }}
{{- end }}
{{- $paths := list }}
{{- $keys := dict }}
{{- range $path, $_ := .files }}
{{- $paths = append $paths $path }}
{{- $key := include "mxcp.fileKey" $path }}
{{- if hasKey $keys $key }}{{ fail (printf "project.files: %s and %s cannot be told apart in a ConfigMap: rename one" (get $keys $key) $path) }}{{ end }}
{{- $_ := set $keys $key $path }}
{{- end }}
{{- range .items }}{{ $paths = append $paths .path }}{{ end }}
{{- if not (has "mxcp-site.yml" $paths) }}
{{- fail "project.files: mxcp-site.yml is missing: a project is found by it" }}
{{- end }}
{{- range $paths }}
{{- if regexMatch "^(data|audit|drift|logs)/" . }}
{{- fail (printf "project.files: %s would lie under a volume: move it to another folder, such as seeds/" .) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "mxcp.validate.routes" -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
{{- fail "ingress.host: set the host name of clients; without one every host's /mcp would be taken" }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.hostnames) }}
{{- fail "httpRoute.hostnames: set the host names of clients; without one every host's /mcp would be taken" }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.parentRefs: set the Gateway, such as [{name: public, namespace: gateways}]" }}
{{- end }}
{{- if not .Values.publicPaths }}
{{- fail "publicPaths: a route without paths passes everything on, /metrics too: list the paths of clients" }}
{{- end }}
{{- /* a prefix is compared without the slashes at its end */}}
{{- range .Values.publicPaths }}
{{- if regexMatch "^/+metrics(/|$)" . }}
{{- fail (printf "publicPaths: %s is for Prometheus inside the cluster: remove it" .) }}
{{- end }}
{{- if regexMatch "^/+$" . }}
{{- fail (printf "publicPaths: %s would open /metrics to everybody: list the paths of clients only" .) }}
{{- end }}
{{- end }}
{{- end }}
