{{/*
Checksums of all that pods read only when they start: a change of it changes the template, and the Deployment rolls.
What others own is looked up in the cluster at install and upgrade. `helm template` and `--dry-run` see no cluster and
leave that line out; after a change without `helm upgrade`: kubectl rollout restart.
*/}}
{{- define "mxcp.checksums" -}}
{{- if .Values.config.content }}
checksum/config: {{ toYaml .Values.config.content | sha256sum }}
{{- end }}
{{- if .Values.project.files }}
checksum/project: {{ toYaml .Values.project.files | sha256sum }}
{{- end }}
{{- with include "mxcp.foreignContent" . }}
checksum/existing: {{ sha256sum . }}
{{- end }}
{{- end }}

{{- define "mxcp.foreignContent" -}}
{{- $secrets := list }}
{{- $maps := list }}
{{- with .Values.config.existingSecret }}{{ $secrets = append $secrets . }}{{ end }}
{{- with .Values.project.existingConfigMap }}{{ $maps = append $maps . }}{{ end }}
{{- range .Values.envFrom }}
{{- with .secretRef }}{{ $secrets = append $secrets .name }}{{ end }}
{{- with .configMapRef }}{{ $maps = append $maps .name }}{{ end }}
{{- end }}
{{- range .Values.env }}
{{- with .valueFrom }}
{{- with .secretKeyRef }}{{ $secrets = append $secrets .name }}{{ end }}
{{- with .configMapKeyRef }}{{ $maps = append $maps .name }}{{ end }}
{{- end }}
{{- end }}
{{- $namespace := .Release.Namespace }}
{{- range uniq $secrets }}
{{- with lookup "v1" "Secret" $namespace . }}{{ printf "%s %s\n" .metadata.name (toJson .data) }}{{ end }}
{{- end }}
{{- range uniq $maps }}
{{- with lookup "v1" "ConfigMap" $namespace . }}{{ printf "%s %s\n" .metadata.name (toJson .data) }}{{ end }}
{{- end }}
{{- end }}

{{- define "mxcp.args" -}}
- mxcp
- serve
- --transport
- http
- --profile
- {{ .Values.profile | quote }}
{{- if .Values.stateless }}
- --stateless
{{- end }}
{{- if .Values.readonly }}
- --readonly
{{- end }}
{{- end }}

{{- define "mxcp.env" -}}
- { name: MCP_PORT, value: {{ .Values.containerPort | quote }} }
# for commands in the pod: kubectl exec deploy/{{ include "mxcp.fullname" . }} -- mxcp list
- { name: MXCP_PROFILE, value: {{ .Values.profile | quote }} }
{{- if .Values.readonly }}
- { name: MXCP_READONLY, value: 'true' }
{{- end }}
{{- if or .Values.config.existingSecret .Values.config.content }}
- { name: MXCP_CONFIG_PATH, value: /config/config.yml }
{{- end }}
# sign-ins (~/.mxcp/oauth.db) and DuckDB's extensions stay with the database
- { name: HOME, value: {{ .Values.persistence.data.mountPath | quote }} }
- name: POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
The project is at /app, read-only, whatever its source, and the folders that are written lie in it. For a project from
a ConfigMap the kubelet makes these mount points; in a clone the init container makes them; the image has them.
*/}}
{{- define "mxcp.volumeMounts" -}}
{{- if eq .Values.project.source "configMap" }}
- { name: project, mountPath: /app, readOnly: true }
{{- else if eq .Values.project.source "git" }}
- name: project
  mountPath: /app
  subPath: {{ printf "repository/%s" .Values.project.git.subfolder | trimSuffix "/" | quote }}
  readOnly: true
{{- end }}
{{- if or .Values.config.existingSecret .Values.config.content }}
- { name: config, mountPath: /config, readOnly: true }
{{- end }}
- { name: data, mountPath: {{ .Values.persistence.data.mountPath | quote }} }
- name: audit
  mountPath: {{ .Values.persistence.audit.mountPath | quote }}
{{- if and .Values.persistence.audit.enabled (not (include "mxcp.recreate" .)) }}
  # the audit log is a chain of records, and several processes cannot write one chain
  subPathExpr: $(POD_NAME)
{{- end }}
- { name: drift, mountPath: {{ .Values.persistence.drift.mountPath | quote }} }
- { name: logs, mountPath: /app/logs }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{- define "mxcp.volumes" -}}
{{- $root := . }}
{{- if eq .Values.project.source "configMap" }}
- name: project
  configMap:
    name: {{ include "mxcp.projectName" . }}
    items:
    {{- if .Values.project.existingConfigMap }}
      {{- toYaml .Values.project.items | nindent 6 }}
    {{- else }}
    {{- range $path, $_ := .Values.project.files }}
      - { key: {{ include "mxcp.fileKey" $path | quote }}, path: {{ $path | quote }} }
    {{- end }}
    {{- end }}
{{- else if eq .Values.project.source "git" }}
- name: project
  emptyDir: { sizeLimit: 1Gi }
{{- end }}
{{- if .Values.config.existingSecret }}
- name: config
  secret:
    secretName: {{ .Values.config.existingSecret }}
    defaultMode: 256 # 0400; the kubelet adds the group of fsGroup
{{- else if .Values.config.content }}
- name: config
  configMap:
    name: {{ include "mxcp.configName" . }}
    defaultMode: 256 # 0400; the kubelet adds the group of fsGroup
{{- end }}
{{- range $name := list "data" "audit" "drift" }}
{{- $claim := get $root.Values.persistence $name }}
- name: {{ $name }}
{{- if $claim.enabled }}
  persistentVolumeClaim:
    claimName: {{ $claim.existingClaim | default (printf "%s-%s" (include "mxcp.fullname" $root) $name) }}
{{- else }}
  emptyDir: { sizeLimit: {{ $claim.size }} }
{{- end }}
{{- end }}
- name: logs
  emptyDir: { sizeLimit: 256Mi } # the log files of logging.path, if that is set at all
- name: tmp
  emptyDir: { sizeLimit: {{ .Values.tmp.sizeLimit }} }
{{- end }}

{{/* Clones the project. The folder `repository` belongs to the user who runs git, as git demands. */}}
{{- define "mxcp.clone" -}}
- name: project
  image: {{ printf "%s:%s" .Values.project.git.image.repository .Values.project.git.image.tag | quote }}
  imagePullPolicy: {{ .Values.project.git.image.pullPolicy }}
  workingDir: /project
  command: [sh, -euc]
  args:
    - |
      git init --quiet repository
      cd repository
      # the shell that git starts reads the variables: the password is on no command line. It is for this server, and
      # not for another one that this one sends git to.
      after="${REPOSITORY#*://}"
      server="${REPOSITORY%%://*}://${after%%/*}"
      git -c "credential.$server.helper"='!f() { echo "username=$GIT_USERNAME"; echo "password=$GIT_PASSWORD"; }; f' \
        fetch --quiet --depth 1 "$REPOSITORY" "$REF"
      git checkout --quiet --force FETCH_HEAD
      if [ ! -f "./$SUBFOLDER/mxcp-site.yml" ]; then
        echo "No mxcp-site.yml in the folder '$SUBFOLDER' of $REPOSITORY at $REF: set project.git.subfolder" >&2
        exit 1
      fi
      cd "./$SUBFOLDER"
      mkdir -p data audit drift logs
  env:
    - { name: REPOSITORY, value: {{ .Values.project.git.repository | quote }} }
    - { name: REF, value: {{ .Values.project.git.ref | quote }} }
    - { name: SUBFOLDER, value: {{ .Values.project.git.subfolder | quote }} }
    - { name: HOME, value: /tmp }
    - { name: GIT_TERMINAL_PROMPT, value: '0' }
    {{- with .Values.project.git.credentialsSecret }}
    - name: GIT_USERNAME
      valueFrom: { secretKeyRef: { name: {{ . }}, key: username } }
    - name: GIT_PASSWORD
      valueFrom: { secretKeyRef: { name: {{ . }}, key: password } }
    {{- end }}
  securityContext:
    {{- toYaml .Values.securityContext | nindent 4 }}
  resources:
    requests: { cpu: 100m, memory: 128Mi }
    limits: { cpu: 500m, memory: 512Mi }
  volumeMounts:
    - { name: project, mountPath: /project }
    - { name: tmp, mountPath: /tmp }
{{- end }}
