{{/* The pod, the same in a Deployment and in a StatefulSet. */}}
{{- define "drs-exporter.pod" -}}
metadata:
  labels:
    {{- include "drs-exporter.selector" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    {{- /* A changed configuration restarts the pod; changed secrets and certificates are read again without. */}}
    checksum/config: {{ toYaml .Values.config | sha256sum }}
    checksum/web: {{ toYaml .Values.webConfig | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "drs-exporter.serviceAccount" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ int64 .Values.terminationGracePeriodSeconds }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- with .Values.extraInitContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: drs-exporter
      image: {{ include "drs-exporter.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: {{ prepend .Values.extraArgs (ternary "demo" "serve" .Values.demo) | toJson }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      {{- with include "drs-exporter.env" . | trim }}
      env:
        {{- . | nindent 8 }}
      {{- end }}
      {{- with .Values.envFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - name: http
          containerPort: 9877
      livenessProbe:
        {{- include "drs-exporter.probe" (dict "root" . "probe" .Values.livenessProbe "path" "/-/healthy") | trim | nindent 8 }}
      readinessProbe:
        {{- include "drs-exporter.probe" (dict "root" . "probe" .Values.readinessProbe "path" "/-/ready") | trim | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      {{- with include "drs-exporter.mounts" . | trim }}
      volumeMounts:
        {{- . | nindent 8 }}
      {{- end }}
    {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with include "drs-exporter.volumes" . | trim }}
  volumes:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
{{- end }}

{{- define "drs-exporter.env" -}}
{{- if .Values.config }}
- name: DRS_EXPORTER_CONFIG_FILE
  value: /etc/drs-exporter/config/drs-exporter.yml
{{- end }}
{{- if include "drs-exporter.secret" . }}
- name: DRS_EXPORTER_SECRETS_DIR
  value: /etc/drs-exporter/secrets
{{- end }}
{{- if .Values.webConfig }}
- name: DRS_EXPORTER_WEB_CONFIG_FILE
  value: /etc/drs-exporter/web/web.yml
{{- end }}
{{- if gt (int .Values.shards) 1 }}
- name: DRS_EXPORTER_SHARD
  value: auto
- name: DRS_EXPORTER_TOTAL_SHARDS
  value: {{ .Values.shards | quote }}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Kubelet has neither a password nor a client certificate: where one is needed, it only knocks. */}}
{{- define "drs-exporter.probe" -}}
{{- $tls := .root.Values.webConfig.tls_server_config | default dict }}
{{- if .probe }}
{{- toYaml .probe }}
{{- else }}
{{- if or .root.Values.webConfig.basic_auth_users (eq (default "" $tls.client_auth_type) "RequireAndVerifyClientCert") }}
tcpSocket:
  port: http
{{- else }}
httpGet:
  path: {{ .path }}
  port: http
  scheme: {{ include "drs-exporter.scheme" .root | upper }}
{{- end }}
periodSeconds: 10
timeoutSeconds: 5
failureThreshold: 3
{{- end }}
{{- end }}

{{- define "drs-exporter.mounts" -}}
{{- if .Values.config }}
- name: config
  mountPath: /etc/drs-exporter/config
  readOnly: true
{{- end }}
{{- if include "drs-exporter.secret" . }}
- name: secrets
  mountPath: /etc/drs-exporter/secrets
  readOnly: true
{{- end }}
{{- if .Values.webConfig }}
- name: web
  mountPath: /etc/drs-exporter/web
  readOnly: true
{{- end }}
{{- if .Values.tlsSecret }}
- name: tls
  mountPath: /etc/drs-exporter/tls
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "drs-exporter.volumes" -}}
{{- if .Values.config }}
- name: config
  configMap:
    name: {{ include "drs-exporter.fullname" . }}
{{- end }}
{{- if include "drs-exporter.secret" . }}
- name: secrets
  secret:
    secretName: {{ include "drs-exporter.secret" . }}
    defaultMode: 0440
{{- end }}
{{- if .Values.webConfig }}
- name: web
  secret:
    secretName: {{ include "drs-exporter.fullname" . }}-web
    defaultMode: 0440
{{- end }}
{{- if .Values.tlsSecret }}
- name: tls
  secret:
    secretName: {{ .Values.tlsSecret }}
    defaultMode: 0440
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
