{{/* One scrape, the same in a ServiceMonitor and in a PodMonitor. */}}
{{- define "drs-exporter.scrape" -}}
port: http
path: {{ .Values.config.web_telemetry_path | default "/metrics" }}
scheme: {{ .Values.serviceMonitor.scheme | default (include "drs-exporter.scheme" .) }}
interval: {{ .Values.serviceMonitor.interval }}
scrapeTimeout: {{ .Values.serviceMonitor.scrapeTimeout }}
{{- with .Values.serviceMonitor.tlsConfig }}
tlsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.serviceMonitor.basicAuth }}
basicAuth:
  {{- toYaml . | nindent 2 }}
{{- end }}
relabelings:
  # The rules and dashboards know the scrape job by this name.
  - targetLabel: job
    replacement: drs-exporter
  - sourceLabels: [__meta_kubernetes_pod_name]
    targetLabel: instance
  {{- with .Values.serviceMonitor.relabelings }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.serviceMonitor.metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
