{{/* Names follow the usual rule: the release's name, with the chart's where that is not in it. */}}
{{- define "mxcp.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "mxcp.fullname" -}}
{{- $name := include "mxcp.name" . -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "mxcp.configName" -}}
{{- .Values.config.name | default (printf "%s-config" (include "mxcp.fullname" .)) }}
{{- end }}

{{- define "mxcp.projectName" -}}
{{- .Values.project.existingConfigMap | default (printf "%s-project" (include "mxcp.fullname" .)) }}
{{- end }}

{{- define "mxcp.serviceName" -}}
{{- .Values.service.name | default (include "mxcp.fullname" .) }}
{{- end }}

{{- define "mxcp.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "mxcp.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- define "mxcp.image" -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}

{{/* What the Deployment and the Service select: the server's pods, not that of `helm test`. It can never change. */}}
{{- define "mxcp.selectorLabels" -}}
app: {{ include "mxcp.name" . }}
app.kubernetes.io/name: {{ include "mxcp.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end }}

{{- define "mxcp.testLabels" -}}
app.kubernetes.io/name: {{ include "mxcp.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end }}

{{/* Labels of every object: those of the server's pods, and where they come from */}}
{{- define "mxcp.labels" -}}
{{ include "mxcp.selectorLabels" . }}
{{ include "mxcp.sourceLabels" . }}
{{- end }}

{{- define "mxcp.sourceLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* "true" when the pods write to a database that must last */}}
{{- define "mxcp.writes" -}}
{{- if not (or .Values.readonly .Values.database.external) }}true{{ end }}
{{- end }}

{{/* "true" when more than one pod may serve */}}
{{- define "mxcp.several" -}}
{{- if or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) }}true{{ end }}
{{- end }}

{{/* "true" when a claim can be mounted by several nodes */}}
{{- define "mxcp.shareable" -}}
{{- if has "ReadWriteMany" .accessModes }}true{{ end }}
{{- end }}

{{/*
"true" when a new pod must wait for the end of the old one: because both would write to the DuckDB file of one volume,
which may be there beside an external database too, or because the volume cannot be at two nodes.
*/}}
{{- define "mxcp.recreate" -}}
{{- $alone := and .Values.persistence.data.enabled (not .Values.readonly) }}
{{- range $claim := .Values.persistence }}
{{- if and $claim.enabled (not (include "mxcp.shareable" $claim)) }}{{ $alone = true }}{{ end }}
{{- end }}
{{- if $alone }}true{{ end }}
{{- end }}

{{/* The host by which clients outside know the server, if the chart knows it */}}
{{- define "mxcp.publicHost" -}}
{{- if .Values.ingress.enabled }}{{ .Values.ingress.host }}
{{- else if .Values.httpRoute.enabled }}{{ first .Values.httpRoute.hostnames }}
{{- end }}
{{- end }}

{{/* A file's key in a ConfigMap, which may have no slashes */}}
{{- define "mxcp.fileKey" -}}
{{- . | replace "/" "__" }}
{{- end }}
