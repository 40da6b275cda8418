/**
 * Every permission that a caller of the public API can meet, by the group and the sort under which it is shown. The names
 * are identifiers of that API; whatever else an org tells of a permission follows from this table.
 * Source: `GET /api/v2/permissions`; the two of critical assets from the operations that ask for them.
 */

export type PermissionSort = 'read' | 'write' | 'other';

export const PERMISSION_GROUPS = {
  General: {
    other: ['admin', 'standard'],
  },
  'Log Management': {
    read: [
      'logs_read_index_data',
      'logs_live_tail',
      'logs_read_data',
      'logs_read_archives',
      'logs_read_workspaces',
      'logs_read_config',
    ],
    write: [
      'logs_modify_indexes',
      'logs_write_exclusion_filters',
      'logs_write_pipelines',
      'logs_write_processors',
      'logs_write_archives',
      'logs_generate_metrics',
      'logs_write_historical_view',
      'logs_write_facets',
      'logs_delete_data',
      'logs_write_forwarding_rules',
      'flex_logs_config_write',
      'logs_write_workspaces',
    ],
  },
  Dashboards: {
    read: ['dashboards_read'],
    write: [
      'dashboards_write',
      'dashboards_public_share',
      'generate_dashboard_reports',
      'dashboards_invite_share',
      'dashboards_embed_share',
      'embeddable_graphs_share',
    ],
  },
  Monitors: {
    read: ['monitors_read'],
    write: ['monitors_write', 'monitors_downtime', 'monitor_config_policy_write'],
  },
  'Cloud Security Platform': {
    read: [
      'security_monitoring_rules_read',
      'security_monitoring_signals_read',
      'security_monitoring_filters_read',
      'appsec_event_rule_read',
      'security_monitoring_notification_profiles_read',
      'security_monitoring_cws_agent_rules_read',
      'appsec_protect_read',
      'appsec_activation_read',
      'security_monitoring_findings_read',
      'security_monitoring_suppressions_read',
      'appsec_vm_read',
      'security_pipelines_read',
      'security_comments_read',
      'security_monitoring_datasets_read',
      'security_monitoring_critical_assets_read',
    ],
    write: [
      'security_monitoring_rules_write',
      'security_monitoring_signals_write',
      'security_monitoring_filters_write',
      'appsec_event_rule_write',
      'security_monitoring_notification_profiles_write',
      'security_monitoring_cws_agent_rules_write',
      'appsec_protect_write',
      'appsec_activation_write',
      'security_monitoring_findings_write',
      'appsec_vm_write',
      'security_monitoring_suppressions_write',
      'security_pipelines_write',
      'security_monitoring_cws_agent_rules_actions',
      'security_comments_write',
      'security_monitoring_datasets_write',
      'bits_security_analyst_write',
      'bits_security_analyst_config_write',
      'security_monitoring_critical_assets_write',
    ],
  },
  'Access Management': {
    read: ['org_connections_read', 'governance_console_read'],
    write: [
      'user_access_invite',
      'user_access_manage',
      'service_account_write',
      'org_management',
      'org_connections_write',
      'governance_console_write',
    ],
  },
  'API and Application Keys': {
    read: ['org_app_keys_read', 'api_keys_read', 'client_tokens_read'],
    write: [
      'user_app_keys',
      'org_app_keys_write',
      'api_keys_write',
      'client_tokens_write',
      'api_keys_delete',
    ],
  },
  'Synthetic Monitoring': {
    read: [
      'synthetics_private_location_read',
      'synthetics_global_variable_read',
      'synthetics_read',
      'synthetics_default_settings_read',
    ],
    write: [
      'synthetics_private_location_write',
      'synthetics_global_variable_write',
      'synthetics_write',
      'synthetics_default_settings_write',
    ],
  },
  'Billing and Usage': {
    read: ['billing_read', 'usage_read', 'usage_notifications_read'],
    write: ['billing_edit', 'usage_edit', 'usage_notifications_write'],
  },
  Metrics: {
    write: ['metric_tags_write', 'host_tags_write', 'metrics_metadata_write'],
  },
  Compliance: {
    read: ['audit_logs_read', 'data_scanner_read', 'data_scanner_unmask'],
    write: ['audit_logs_write', 'data_scanner_write'],
  },
  Integrations: {
    read: [
      'integrations_read',
      'aws_configuration_read',
      'azure_configuration_read',
      'gcp_configuration_read',
      'oci_configuration_read',
      'repo_info_read',
    ],
    write: [
      'aws_configurations_manage',
      'azure_configurations_manage',
      'gcp_configurations_manage',
      'manage_integrations',
      'oci_configurations_manage',
      'aws_configuration_edit',
      'azure_configuration_edit',
      'gcp_configuration_edit',
      'oci_configuration_edit',
      'repo_settings_write',
    ],
    other: ['integrations_api'],
  },
  APM: {
    read: [
      'apm_read',
      'apm_retention_filter_read',
      'apm_service_ingest_read',
      'debugger_read',
      'apm_pipelines_read',
      'apm_service_catalog_read',
      'apm_remote_configuration_read',
      'continuous_profiler_read',
      'apm_api_catalog_read',
      'continuous_profiler_pgo_read',
    ],
    write: [
      'apm_retention_filter_write',
      'apm_service_ingest_write',
      'apm_apdex_manage_write',
      'apm_tag_management_write',
      'apm_primary_operation_write',
      'debugger_write',
      'apm_generate_metrics',
      'apm_pipelines_write',
      'apm_service_catalog_write',
      'apm_remote_configuration_write',
      'debugger_capture_variables',
      'apm_api_catalog_write',
      'debugger_write_pre_prod',
      'apm_service_renaming_write',
    ],
  },
  'Real User Monitoring': {
    read: ['rum_apps_read', 'rum_session_replay_read', 'rum_retention_filters_read'],
    write: [
      'rum_apps_write',
      'rum_generate_metrics',
      'rum_delete_data',
      'rum_playlist_write',
      'rum_extend_retention',
      'rum_retention_filters_write',
      'rum_settings_write',
    ],
  },
  'Case and Incident Management': {
    read: [
      'incident_read',
      'incident_settings_read',
      'incidents_private_global_access',
      'cases_read',
      'incident_notification_settings_read',
    ],
    write: [
      'incident_write',
      'incident_settings_write',
      'cases_write',
      'incident_notification_settings_write',
      'cases_shared_settings_write',
    ],
  },
  'Observability Pipelines': {
    read: ['observability_pipelines_read', 'observability_pipelines_capture_read'],
    write: [
      'observability_pipelines_write',
      'observability_pipelines_delete',
      'observability_pipelines_deploy',
      'observability_pipelines_capture_write',
    ],
  },
  'App Builder & Workflow Automation': {
    read: [
      'workflows_read',
      'connections_read',
      'connections_resolve',
      'on_prem_runner_read',
      'apps_datastore_read',
      'connection_groups_read',
      'apps_form_read',
      'agent_builder_read',
    ],
    write: [
      'workflows_write',
      'workflows_run',
      'connections_write',
      'apps_run',
      'apps_write',
      'on_prem_runner_use',
      'on_prem_runner_write',
      'apps_datastore_write',
      'apps_datastore_manage',
      'connection_groups_write',
      'actions_interface_run',
      'apps_form_manage',
      'agent_builder_write',
      'agent_builder_run',
    ],
  },
  Notebooks: {
    read: ['notebooks_read'],
    write: ['notebooks_write'],
  },
  'Service Level Objectives': {
    read: ['slos_read'],
    write: ['slos_write', 'slos_corrections'],
  },
  Watchdog: {
    read: ['watchdog_insights_read', 'external_provider_status_notifications_read'],
    write: ['watchdog_alerts_write', 'external_provider_status_notifications_write'],
  },
  'Software Delivery': {
    read: [
      'ci_visibility_read',
      'quality_gate_rules_read',
      'cd_visibility_read',
      'code_analysis_read',
      'quality_gates_evaluations_read',
      'test_optimization_read',
      'dora_metrics_read',
      'code_coverage_read',
      'deployment_gates_read',
    ],
    write: [
      'ci_visibility_write',
      'ci_provider_settings_write',
      'ci_visibility_settings_write',
      'intelligent_test_runner_activation_write',
      'intelligent_test_runner_settings_write',
      'ci_ingestion_control_write',
      'ci_visibility_pipelines_write',
      'quality_gate_rules_write',
      'static_analysis_settings_write',
      'dora_settings_write',
      'test_optimization_write',
      'test_optimization_settings_write',
      'dora_metrics_write',
      'deployment_gates_write',
      'deployment_gates_evaluate',
    ],
  },
  Teams: {
    write: ['teams_manage'],
  },
  'Error Tracking': {
    read: ['error_tracking_read'],
    write: [
      'error_tracking_write',
      'error_tracking_settings_write',
      'error_tracking_exclusion_filters_write',
    ],
  },
  'Cross-Product Features': {
    write: ['saved_views_write', 'facets_write', 'generate_log_reports', 'manage_log_reports'],
  },
  Events: {
    read: ['event_correlation_config_read'],
    write: ['event_correlation_config_write', 'event_config_write'],
  },
  'Cloud Cost Management': {
    read: ['cloud_cost_management_read'],
    write: ['cloud_cost_management_write', 'generate_ccm_report_schedules', 'manage_ccm_report_schedules'],
  },
  'Reference Tables': {
    read: ['reference_tables_read'],
    write: ['reference_tables_write'],
  },
  Processes: {
    read: ['process_tags_read'],
    write: ['processes_generate_metrics', 'process_tags_write'],
  },
  'Fleet Automation': {
    write: ['agent_flare_collection', 'agent_upgrade_write', 'fleet_policies_write'],
  },
  'Network Device Monitoring': {
    read: ['ndm_device_profiles_view', 'ndm_devices_read', 'ndm_device_config_read'],
    write: [
      'ndm_netflow_port_mappings_write',
      'ndm_device_profiles_edit',
      'ndm_device_tags_write',
      'ndm_geomap_locations_write',
    ],
  },
  Containers: {
    write: ['containers_generate_image_metrics'],
  },
  'LLM Observability': {
    read: ['llm_observability_read'],
    write: ['llm_observability_write'],
  },
  Orchestration: {
    read: ['orchestration_workload_scaling_read'],
    write: [
      'orchestration_custom_resource_definitions_write',
      'orchestration_workload_scaling_write',
      'orchestration_autoscaling_manage',
    ],
  },
  'DDSQL Editor': {
    read: ['ddsql_editor_read'],
  },
  'Disaster Recovery': {
    read: ['disaster_recovery_status_read'],
    write: ['disaster_recovery_status_write'],
  },
  'Product Analytics': {
    read: ['audience_management_read', 'product_analytics_saved_widgets_read'],
    write: [
      'audience_management_write',
      'product_analytics_apps_write',
      'product_analytics_saved_widgets_write',
    ],
  },
  'On-Call': {
    read: ['on_call_read'],
    write: ['on_call_write', 'on_call_page', 'on_call_respond', 'on_call_admin'],
  },
  'Cloud Network Monitoring': {
    read: ['network_connections_read', 'network_health_insights_read'],
  },
  Serverless: {
    read: ['serverless_aws_instrumentation_read'],
    write: ['serverless_aws_instrumentation_write'],
  },
  CoTerm: {
    read: ['coterm_read'],
    write: ['coterm_write'],
  },
  'Data Streams Monitoring': {
    write: ['data_streams_monitoring_capture_messages'],
  },
  Infrastructure: {
    read: ['cloudcraft_read', 'infrastructure_resource_policies_read'],
    write: ['infrastructure_resource_policies_write'],
  },
  'Bits AI': {
    read: ['bits_investigations_read'],
    write: ['bits_investigations_write'],
  },
  Sheets: {
    read: ['sheets_read'],
    write: ['sheets_write'],
  },
  'Status Pages': {
    read: ['status_pages_settings_read'],
    write: ['status_pages_settings_write', 'status_pages_incident_write'],
  },
  'Application Security': {
    write: ['ai_guard_evaluate'],
  },
  'Feature Flags': {
    read: ['feature_flag_config_read', 'feature_flag_environment_config_read'],
    write: ['feature_flag_config_write', 'feature_flag_environment_config_write'],
  },
  Assistant: {
    read: ['assistant_access'],
  },
  'Database Monitoring': {
    read: ['dbm_read', 'dbm_parameterized_queries_read'],
  },
  MCP: {
    read: ['mcp_read'],
    write: ['mcp_write'],
  },
} as const satisfies Readonly<Record<string, { readonly [sort in PermissionSort]?: readonly string[] }>>;

/** Held by every role, whatever else it holds: the API calls them restricted, and each new role is made with them. */
export const BASE_PERMISSIONS = [
  'dashboards_read',
  'monitors_read',
  'apm_read',
  'incident_read',
  'rum_apps_read',
  'notebooks_read',
  'slos_read',
  'ci_visibility_read',
  'cd_visibility_read',
  'appsec_vm_read',
] as const;
