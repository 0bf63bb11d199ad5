/**
 * Actions of the Setup Audit Trail. Its `Display` is a sentence already; what is listed here is known, and everything else is kept as it comes.
 * Salesforce publishes no list: these are the names that orgs were seen to record.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_setupaudittrail.htm
 */
const names = `
activateduser changedpassword changedsupportuser* createdcustomersuccessuser createdpartneruser createduser CSPUserDisabled
deactivateduser frozeuser insertTwoFactor* lightninglogincancel lightningloginenroll overridegrantaccessenabled* PRMUserDisabled
sessiongen suloginaccessused suLogout suNetworkAdmin* suOrgAdmin* suPRMAdmin* twoFactorWebAuthN* unfrozeuser unlockeduser userlockedout
changedApproverRequestEmails changedcommunitynickname changedDelegateApprover changedemail changedfederationid
changedinteractionuser* changedjigsawprospectinguser* changedknowledgeuser* changedManager changedmarketinguser*
changedofflineuser* changedroleforuser* changedsfcontentuser* changedliveagentuser* changedUser* changedusername changedsenderemail
deleteAuthenticatorPairing deleteTwoFactor* disableSIQ* enableSIQ* insertAuthenticatorPairing registeredUserPhoneNumber
unregisterdUserPhoneNumber resetpassword siqUser* userAllowForecasting* useremailchangesent zoomUser* loginas* supportaccess*
enhancedProfileMgmt* newProfileUI* obfuscateUser* permsetsInFieldCreation* profileFilteringEnabled* pSAExpirationUIEnabled*
restrictedProfileCloning* userAccessPolicies* userSelfDeactivate* addeduserpackagelicense granteduserpackagelicense
removeduserpackagelicense revokeduserpackagelicense changedDatacloudImportLimit changedprofileforuser* PermSet* PermissionSetGroup*
CustomPermission* SetupEntityAccessAudit_* deleteLoginFlow insertLightningLoginFlow loginIpRange* orgIpRanges* minimumPasswordLifetime*
password* PermissionSelfHealing profile* deletedprofile createdprofile userLicenseEntityPermRevoked changedApex* createdApex*
deletedApex* activatedprocess* addedprocess* changedprocess* createdprocess* deactivatedprocess* deletedprocess* removedprocess*
activatedinteraction* createdinteraction* deactivatedinteraction* deletedinteraction* renamedinteraction* changedinteractiondef*
ExternalServices* changedValidation* newValidation removedValidation activatedworkflowrule changedworkflowrule createdworkflowrule
deactivatedworkflowrule deletedworkflowrule createdemailalert createdfieldupdate createdflowtrigger deletedfieldupdate
deletedflowtrigger deletedoutboundmessage createdoutboundmessage BlackTabFramework* insertCertificate uploadCertificateChain
deleteCertificate certificate* ApprovalsInChatter* value_* addOauthClientCredentialUser changeApplication* changeIpRelaxationPolicy
changeOauth* changeUserRuntimeAccessPolicy deleteApplication deleteConnectedApplication dynamicInitialTokenGeneration enableOauth
generateOauthStagedCredential insertApplication* insertConnectedApp* updateConnectedApplication blockConnectedApplication
unblockConnectedApplication connectedApp* dkimRotation* emailConsentManagement* emailsenderid* emailspf* handlebouncedemails*
resendBouncedEmails* restricttls* sendEmailAccessControl setupObject* verifyemaildomain* installedpackagingapp
nonSecurityReviewedManagedPackageInstalled purged_uninstall_export uninstalledpackagingapp upgradedpackagingapp externalCredential*
namedCredential* changedStaticResource createdStaticResource deletedStaticResource changeServiceProvider* communities*
customDomainRedirectPolicy disableAPILogin* disableRequireLogin* domainChosen enableAPILogin* enableRequireLogin* enhancedDomain*
insertServiceProvider deleteServiceProvider logHostnameRedirections* maintainForceDotComCnames* mobileSdk* remoteproxy remoteSite*
saveDomainProvisioned saveEnhancedDomainProvisioned shareBrowserSession* warnForceDotComRedirection* changedconvrates
changedOrganizationAddress createAllowedEmailDomain deleteAllowedEmailDomain createdgroup deletedgroup updatedgroup groupMembership
queueMembership createdqueue deletedqueue updatedqueue createdrole deletedrole role changedrole holiday_* inserteddatedexchrate
updateddatedexchrate oauthCors* tm_* tm2_* updatedBusinessProcess* RateLimitingNotification createipwhitelist deleteIpWhiteList
updateipwhitelist DELETECallCenter INSERTCallCenter salesforceIq* obscureSecretAnswer* selfApiSetPassword* AccountPRM* CSPAccount*
NetworkMember* NetworksChanged* PRMAccount* DeleteSandbox DiscardSandbox CreateSandbox RefreshSandbox createScratchOrg deleteScratchOrg
deployedchangeset adddelegatedgroup addedtodelegatedgroup changeDelegateGroup* removedfromdelegatedgroup deleteddelegatedgroup
LocalStorageForLogoutUrl* changedsessiontimeout session* createdReportJob deletedReportJob assigneduserstomobileconfig
xdsEncryptedFieldChange insertAuthProvider updateAuthProvider deleteAuthProvider samlConfig* insertSamlConfig updateSamlConfig
changedOrgWideDefaults changedsharing* createdsharing* deletedsharing* owd* transactionSecurity* eventLog* lockerService* mFADirectUILogin*
changedCF* createdCF* deletedCF* createdCustomObject changedCustomObject deletedCustomObject *OffOn *OnOff
`;

const words = names.trim().toLowerCase().split(/\s+/);
const exact = new Set(words.filter((one) => !one.includes("*")));
const starts = words.filter((one) => one.endsWith("*")).map((one) => one.slice(0, -1));
const ends = words.filter((one) => one.startsWith("*")).map((one) => one.slice(1));

/** Whether orgs are known to record this action. Capitals differ between releases. */
export function isKnownAction(action: string): boolean {
  const name = action.toLowerCase();
  return (
    exact.has(name) ||
    starts.some((start) => name.startsWith(start)) ||
    ends.some((end) => name.endsWith(end) && name.length > end.length)
  );
}

/** Signing in to the account of another person, and leaving it. */
export function isSignIn(action: string): boolean {
  return /^su(.*(login|logout)|loginaccessused)$/i.test(action);
}
