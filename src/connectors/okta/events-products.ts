import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/** Governance, Workflows, Privileged Access, AI agents and Aerial: products beside the directory. */
export const productEvents: EventTable = {
  "access.request.(resolve|reject)": "{actor} {did} an access request[: {target}]",
  "access.request.(condition|sequence).(create|update|activate|deactivate|invalidate|delete)":
    "{actor} {did} the access request {thing} {target}",
  "access.request.settings.update": "{actor} changed the settings of access requests",
  "access.review.(create|start|update|close|remediate)": "{actor} {did} an access review[: {target}]",
  "access.review.action": "{actor} decided on an item of an access review[: {target}]",
  "certification.campaign.(create|update|launch|close|delete)": "{actor} {did} the certification campaign {target}",
  "certification.campaign.context.update": "{actor} changed the settings of certification campaigns",
  "certification.campaign.item.(decide|remediate)": "{actor} {did} an item of a certification campaign[: {target}]",
  "certification.campaign_item.(approve|delegate|revoke)":
    "{actor} {did} an item of a certification campaign[: {target}]",
  "certification.remediation.(open|complete)": "{actor} {did} the remediation of a certification campaign[: {target}]",
  "entitlement.migration.(start|complete|fail)": "The migration of entitlements {did}[: {target}]",
  "(governance.settings|governance.principal.settings).update": "{actor} changed the settings of governance",
  "resource.(collection|entitlement|entitlement_bundle|risk_rule).(create|update|assign|unassign|delete)":
    "{actor} {did} the {thing} {target}",
  "resource.entitlement_policy.draft.(create|update|delete)":
    "{actor} {did} a draft of the entitlement policy {target}",
  "resource.entitlement_policy.activate": "{actor} activated the entitlement policy {target}",
  "resource.governance_engine.(enable|disable)": "{actor} {did} the Governance Engine for {app}",
  "resource.label.assignment.update": "{actor} changed the labels of a resource[: {target}]",
  "resource.(label|owner).update": "{actor} changed the {thing} of a resource[: {target}]",
  "resource.user_entitlements.update": "{actor} changed the entitlements of {user}",
  "resource.user_entitlements.drift.(detect|revert)": "Okta {did} a drift of the entitlements of {user}",
  "analytics.feedback.provide": "{actor} gave feedback on a detected risk",

  "workflows.user.(flow|folder|table).(create|save|update|activate|deactivate|duplicate|rename|move|import|export|view|delete)":
    "{actor} {did} the Workflows {thing} {target}",
  "workflows.user.flow.execution.cancel": "{actor} cancelled a run of the Workflows flow {target}",
  "workflows.user.flow.(execution_history|execution_log_stream).(activate|deactivate|delete)":
    "{actor} {did} the {thing} of the Workflows flow {target}",
  "workflows.user.flow.version.(update|revert)": "{actor} {did} a version of the Workflows flow {target}",
  "workflows.user.delegatedflow.run": "{actor} ran the delegated flow {target}",
  "workflows.user.table.schema.(import|export)": "{actor} {did} the schema of the Workflows table {target}",
  "workflows.user.(connection|truststore|execution_log_stream_connection).(create|update|activate|deactivate|reauthorize|revoke|view|delete)":
    "{actor} {did} the Workflows {thing} {target}",
  "workflows.user.role.user.(add|remove)": "{actor} {did} a person with a Workflows role[: {target}]",
  "workflows.user.role.group.(add|remove)": "{actor} {did} a group with a Workflows role[: {target}]",
  "workflows.org.step_execution_limit.warning": "Workflows is near the limit of steps of the organization",
  "workflows.org.step_execution_limit.violation":
    "Workflows reached the limit of steps of the organization[: {reason}]",

  "workload_principal.(register|update|activate|deactivate|delete)": "{actor} {did} the workload principal {target}",
  "workload_principal.ai_agent.(register|update|activate|deactivate|delete)": "{actor} {did} the AI agent {target}",
  "workload_principal.ai_agent.credential.(create|activate|deactivate|delete)":
    "{actor} {did} a credential of the AI agent {target}",
  "(workload_principal|workload_principal.ai_agent).sign_on_provider.(add|remove)":
    "{actor} {did} a sign-on provider of the AI agent {target}",
  "workload_principal.(delegation_link|resource_connection|managed_connection).(create|update|activate|deactivate|delete)":
    "{actor} {did} the {thing} {target}",
  "app.ai_agent_provider.(create|update|activate|deactivate|delete)": "{actor} {did} the AI agent provider {target}",
  "app.ai_agent_provider.priority.update": "{actor} changed the order of AI agent providers",
  "app.ai_agent_provider.credential.validate": "{actor} validated the credentials of the AI agent provider {target}",
  "app.ai_agent_provider.import.(start|complete)": "The import of AI agents from a provider {did}[: {target}]",
  "app.ai_agent_provider.import_staging.(confirm|ignore)": "{actor} {did} an imported AI agent[: {target}]",

  "account.aerial_template_condition.(create|update|apply|remove|delete)":
    "{actor} {did} a condition of an Aerial template[: {target}]",
  "account.org.add": "{actor} added the organization {target} to an Aerial account",
  "account.org.delete.(request|cancel)": "{actor} {did} the deletion of the organization {target}",
  "account.(org.product|org.status|product.status|product.sku).update":
    "{actor} changed the {words} of the organization {target}",
  "account.product.add": "{actor} added the product {target} to an Aerial account",
  "account.org.consent.(grant|revoke)": "{actor} {did} access of Aerial to the organization",
  "account.user.classify": "{actor} changed the classification of {user}",
  "account.org_group.(create|update|delete)": "{actor} {did} the organization group {target}",
  "account.org_group.org.(assign|revoke)": "{actor} {did} a member of the organization group {target}",

  "pam.(active_directory.connection|ad_connection|ad_task_settings|ad_user_sync_task_settings).(create|update|update_schedule|activate|deactivate|delete)":
    "{actor} {did} the {thing} {target}",
  "pam.active_directory.account_discovery.complete": "The discovery of Active Directory accounts was completed",
  "pam.active_directory.account_rule.(applied|update)": "{actor} {did} a rule of Active Directory accounts[: {target}]",
  "pam.integration.account_rule.(create|update|delete)": "{actor} {did} an account rule of the integration {target}",
  "pam.(app|client_enrollment_policies|cloud_account|entitlement_sudo|gateway|group|integration|project|resource_group|secret|secret_folder|security_policy|server_account|service|service_account|privileged_accounts|sudo_command_bundle|team|team_group_attribute|team_project_group_attribute|team_project_user_attribute|team_settings|team_user_attribute|user|workload_connection|workload_role|server_labels|project_group_selector|preauthorization|billing_contact|unmanaged_server).(create|update|move|remove|delete)":
    "{actor} {did} the {thing} {target} in Privileged Access",
  "pam.integration.health_change": "The health of the integration {target} changed",
  "pam.(server_account|service_account|privileged_accounts).password.update":
    "{actor} {did} the password of the {thing} {target}",
  "pam.(service_account|privileged_accounts).password_rotation.(start|end)":
    "The rotation of the password of the {thing} {target} {did}",
  "pam.(service_account|privileged_accounts).assign": "{actor} assigned the {thing} {target} to a project",
  "pam.server_account.discovered": "The agent of a server found the account {target}",
  "pam.server_account.password_change.initiated": "{actor} asked to change the password of the server account {target}",
  "pam.server_account.password_change.update": "The password of the server account {target} was changed",
  "pam.server_account.password_change.out_of_band":
    "The password of the server account {target} was changed outside of Privileged Access",
  "pam.apikey.(rotate|delete)": "{actor} {did} the API key of a service user[: {target}]",
  "pam.workload_connection.api_key.(create|update|revoke)":
    "{actor} {did} an API key of the workload connection {target}",
  "pam.workload_connection.api_key.rotation.(create|activate|delete)":
    "{actor} {did} the rotation of an API key of the workload connection {target}",
  "pam.client.(assign|enroll|remove)": "{actor} {did} the client {target} in Privileged Access",
  "pam.client.state.update": "{actor} changed the state of the client {target}",
  "pam.unbound_client.enroll": "{actor} enrolled the client {target} for a fleet",
  "pam.client_enrollment_policy_token.(rotate|delete)": "{actor} {did} a token to enrol clients[: {target}]",
  "pam.gateway.setup_token.(create|update|delete)": "{actor} {did} a setup token of a gateway[: {target}]",
  "pam.entitlement_sudo.add_to_project": "{actor} added the sudo entitlement {target} to a project",
  "pam.entitlement_sudo.remove_from_project": "{actor} removed the sudo entitlement {target} from a project",
  "pam.group.bulk_membership_change": "{actor} changed the members of the group {target} in Privileged Access",
  "pam.member.(add|remove)": "{actor} {did} a member of a group in Privileged Access[: {target}]",
  "pam.project.(add_group|remove_group)": "{actor} {did} a group of the project {target}",
  "(pam.incoming_federation|pam.outgoing_federation).(request|approve)":
    "{actor} {did} the federation of teams[: {target}]",
  "pam.offline_enabled_event": "{actor} enabled disconnected mode for a group[: {target}]",
  "pam.offline_disabled_event": "{actor} disabled disconnected mode for a group[: {target}]",
  "pam.offline_group.secrets.rotate": "{actor} rotated the credentials of disconnected mode[: {target}]",
  "pam.permission.change": "{actor} changed the permissions of a group in Privileged Access[: {target}]",
  "pam.server.(enroll|reassign|remove)": "{actor} {did} the server {target}",
  "pam.team_invitation.create": "{actor} invited a person to the team[: {target}]",
};

/** What people do in those products without administering them. */
export const productUse: EventTable = {
  "access.request.(create|update|cancel)": "{actor} {did} an access request[: {target}]",
  "access.request.expire": "An access request expired[: {target}]",
  "pam.secret.reveal": "{actor} looked at the secret {target}",
  "pam.credential_verification.(start|end)": "The verification of a vaulted credential {did}[: {target}]",
  "pam.resource.checkout": "{actor} checked out the resource {target}",
  "pam.resource.checkin.(start|end)": "The return of the resource {target} {did}",
  "pam.security_policy.evaluate": "Okta evaluated the security policy {target} for {actor}",
  "pam.password.(change|reset)": "{actor} {did} a password in Privileged Access[: {target}]",
  "pam.(server_account|service_account|privileged_accounts).password.reveal":
    "{actor} looked at the password of the {thing} {target}",
};
