import type { EventTable } from "#src/connector-kit/vocabulary.ts";

const change = "[ from {old_value}][ to {new_value}]";

/** Apps and what they were allowed. Source: …/appendix/activity/token */
export const tokenEvents: EventTable = {
  "token.authorize": "{actor} let {app_name} in[ with the scopes {scope}]",
  "token.revoke": "{actor} revoked the access of {app_name}",
  "token.request": "{actor} requested access for {app_name}",
  "token.activity": "{app_name} called {method_name} on behalf of {actor}",
};

/** Calendar, Chat, Meet, Gmail, Keep, Tasks and what else people work with. Sources: …/appendix/activity/calendar, /chat, /meet, /keep */
export const workEvents: EventTable = {
  "calendar.(create|delete)_calendar": "{actor} {did} a calendar[: {calendar_title}]",
  "calendar.change_calendar_acls":
    "{actor} gave {grantee_email} the access {access_level} to a calendar[: {calendar_id}]",
  "calendar.change_calendar_(country|description|location|timezone|title)": "{actor} changed the {words} of a calendar",
  "calendar.(export_calendar|print_preview_calendar)": "{actor} exported a calendar[: {calendar_id}]",
  "calendar.(create|delete|restore|change)_event": "{actor} {did} the event {event_title}",
  "calendar.change_event_(start_time|title)": "{actor} changed the {words} of the event {event_title}",
  "calendar.remove_event_from_trash": "{actor} deleted the event {event_title} for ever",
  "calendar.add_event_guest": "{actor} invited {event_guest} to the event {event_title}",
  "calendar.remove_event_guest": "{actor} uninvited {event_guest} from the event {event_title}",
  "calendar.(change_event_guest_response|change_event_guest_response_auto)":
    "{event_guest} answered the invitation to {event_title}[: {event_response_status}]",
  "calendar.transfer_event_(requested|completed)":
    "The event {event_title} changes its owner ({words})[: {grantee_email}]",
  "calendar.notification_triggered": "{actor} caused a notification of {recipient_email}",
  "calendar.(add|delete)_subscription": "{actor} {did} a subscription to notifications",
  "calendar.(create|change|delete)_appointment_schedule": "{actor} {did} an appointment schedule",
  "calendar.interop_(freebusy_lookup_outbound|freebusy_lookup_inbound|exchange_resource_availability_lookup|exchange_resource_list_lookup)_(successful|unsuccessful)":
    "{actor} looked up availability in Exchange ({words})[: {calendar_id}]",
  "chat.message_(posted|edited|deleted|reported|report_resolved)": "A message of {actor} was {words}[ in {room_name}]",
  "chat.attachment_(upload|download)": "{actor} {words}ed {attachment_name}[ in {room_name}]",
  "chat.room_(created|deleted|left|unblocked|name_updated|details_updated)":
    "{actor} changed a space ({words})[: {room_name}]",
  "chat.(add|remove)_room_member": "{actor} {did} {target_users} as a member of a space[: {room_name}]",
  "chat.(block|unblock)_(room|user)": "{actor} {did} a {words}[: {target_users}][: {room_name}]",
  "chat.user_unblocked": "{actor} unblocked {target_users}",
  "chat.invite_(send|accept|decline)": "{actor} changed an invitation ({words})[ to {room_name}]",
  "chat.(app_added|app_removed|app_invoked)": "{actor} used an app in Chat ({words})[: {app_name}]",
  "chat.history_turned_(on|off)": "{actor} turned history {words}[ in {room_name}]",
  "chat.role_updated": "{actor} changed the role of {target_users} in a space[: {room_name}]",
  "chat.(emoji_created|emoji_deleted|reaction_added|reaction_removed|custom_status_updated|conversation_read|unread_timestamp_updated|direct_message_started)":
    "{actor} used Chat ({words})[: {room_name}]",
  "meet.call_ended": "{actor} left a meeting[: {meeting_code}]",
  "meet.(presentation_started|presentation_stopped|recording_activity|transcription_activity|broadcast_activity|in_meet_broadcast_activity|dialed_out|invitation_sent|knocking_accepted|knocking_denied|livestream_watched)":
    "{actor} took part in a meeting ({words})[: {meeting_code}]",
  "meet.(poll_answered|poll_created|question_created|question_responded|ring_answered|ring_missed|ring_sent|watermarking_active|watermarking_starting|watermarking_stopped)":
    "{actor} took part in a meeting ({words})[: {meeting_code}]",
  "meet.(send_chat_everyone|send_chat_contributors|send_chat_hosts|see_chat_everyone|see_chat_participants)":
    "{actor} chatted in a meeting ({words})[: {meeting_code}]",
  "meet.abuse_report_submitted": "{actor} reported abuse in a meeting[: {meeting_code}]",
  "gmail.delivery": "Gmail handled a message of {actor}[: {subject}]",
  "keep.(created|deleted)_note": "{actor} {did} a note[: {note_name}]",
  "keep.edited_note_content": "{actor} edited a note[: {note_name}]",
  "keep.modified_acl": "{actor} changed who sees a note[: {note_name}]",
  "keep.(uploaded|deleted)_attachment": "{actor} {did} an attachment of a note[: {note_name}]",
  "data_studio.trash": "{actor} moved {asset_name} to the trash of Looker Studio",
  "data_studio.(view|create|edit|delete|restore)": "{actor} {did} {asset_name} in Looker Studio",
  "data_studio.(data_export|download_report)": "{actor} downloaded data of {asset_name} from Looker Studio",
  "data_studio.(add|stop|update)_report_email_delivery": "{actor} {did} the delivery of {asset_name} by e-mail",
  "data_studio.(change_user_access|change_user_access_to_asset_via_workspace)": `{actor} changed the access of {target_user_email} to {asset_name}${change}`,
  "data_studio.change_asset_link_sharing_(access_type|visibility)": `{actor} changed the link to {asset_name}${change}`,
  "data_studio.change_data_source_access_type": `{actor} changed the access of the data source {asset_name}${change}`,
  "data_studio.parent_workspace_change": "{actor} moved {asset_name} in Looker Studio",
  "gplus.(create|delete|edit)_(post|comment)": "{actor} {did} a {words} in Currents",
  "gplus.content_manager_delete_post": "{actor} deleted a post of {post_author_name} in Currents",
  "gplus.(add|remove)_(plusone|poll_vote)": "{actor} {did} a {words} in Currents",
  "gemini_in_workspace_apps.feature_utilization": "{actor} used Gemini[ in {app_name}][: {action}]",
  "classroom.*": "{actor} worked in Classroom ({words})[: {course_title}]",
  "assignments.*": "{actor} worked in Assignments ({words})",
  "tasks.*": "{actor} worked in Tasks ({words})[: {target}]",
  "contacts.*": "{actor} worked in Contacts ({words})[: {target}]",
  "profile.*": "{actor} changed a profile ({words})[: {target}]",
  "voice.*": "{actor} used Voice ({words})[: {target}]",
  "cloud_search.*": "{actor} used Cloud Search ({words})",
  "chrome_sync.*": "{actor} synchronised Chrome ({words})",
  "workspace_studio.*": "{actor} worked in Workspace Studio ({words})[: {target}]",
  "graduation.*": "{actor} used the transfer tool ({words})",
  "takeout.*": "{actor} used Takeout ({words})[: {products_requested}]",
};

/** What people do with their own membership. Source: …/appendix/activity/groups, /groups-enterprise */
export const membershipEvents: EventTable = {
  "(groups|groups_enterprise).join": "{actor} joined the group {group}",
  "groups.join_via_mail": "{actor} joined the group {group} by mail",
  "(groups|groups_enterprise).request_to_join": "{actor} requested to join the group {group}",
  "groups.request_to_join_via_mail": "{actor} requested by mail to join the group {group}",
  "(groups|groups_enterprise).(accept|reject)_invitation": "{actor} {did} an invitation to the group {group}",
  "groups.unsubscribe_via_mail": "{actor} left the group {group} by mail",
};

/** What owners, managers and admins do with groups. */
export const groupEvents: EventTable = {
  "(groups|groups_enterprise).(create|delete)_group": "{actor} {did} the group {group}",
  "(groups.add_user|groups_enterprise.add_member|groups_enterprise.add_user)":
    "{actor} added {member} to the group {group}[ as {member_role}]",
  "(groups.remove_user|groups_enterprise.remove_member|groups_enterprise.remove_user)":
    "{actor} removed {member} from the group {group}",
  "(groups.ban_user_with_moderation|groups_enterprise.ban_member_with_moderation)":
    "{actor} blocked {member} from the group {group}",
  "groups_enterprise.unban_member": "{actor} allowed {member} in the group {group} again",
  "(groups.invite_user|groups.reinvite_user|groups_enterprise.invite_member)":
    "{actor} invited {member} to the group {group}",
  "(groups|groups_enterprise).revoke_invitation": "{actor} revoked the invitation of {member} to the group {group}",
  "(groups|groups_enterprise).(approve|reject)_join_request":
    "{actor} {did} the request of {member} to join the group {group}",
  "groups_enterprise.(add|remove)_member_role":
    "{actor} changed the role of {member} in the group {group}[: {member_role}]",
  "groups_enterprise.(add|remove|update)_membership_expiry":
    "{actor} changed how long {member} stays in the group {group}",
  "groups_enterprise.(add|change)_dynamic_group_query": "{actor} changed the query of the dynamic group {group}",
  "groups_enterprise.(create|delete)_namespace": "{actor} {did} a namespace of groups[: {namespace}]",
  "groups_enterprise.(add|remove|change)_(info|security)_setting":
    "{actor} changed the {words} settings of the group {group}",
  "groups_enterprise.change_security_setting_state": "{actor} changed the security settings of the group {group}",
  "groups_enterprise.(add|remove)_service_account_permission":
    "{actor} changed the rights of a service account on the group {group}",
  "groups.change_acl_permission":
    "{actor} changed who may {acl_permission} in the group {group}[ from {old_value_repeated}][ to {new_value_repeated}]",
  "groups.change_(basic|identity|info|new_members_restrictions|post_replies|spam_moderation|topic)_setting": `{actor} changed the {words} setting of the group {group}${change}`,
  "groups.(add|remove)_info_setting": "{actor} {did} a setting of the group {group}[: {info_setting}]",
  "groups.change_email_subscription_type": `{actor} changed the subscription of {member} to the group {group}${change}`,
  "groups.moderate_message": "{actor} moderated a message in the group {group}[: {message_moderation_action}]",
  "groups.always_post_from_user": "{actor} let {member} always post in the group {group}",
};
