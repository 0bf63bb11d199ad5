/** An invented tenant, shaped as Workday's API descriptions and public collectors have it. */
export const activityRow = {
  requestTime: "2026-11-18T07:43:05.126Z",
  systemAccount: "mholt",
  activityAction: "READ",
  taskDisplayName: "View Worker Profile",
  taskId: "5f20a9c17be84d3390c6e1b7d8a2f403",
  target: {
    id: "b90d3e6fa1274c58827de05c91f3a6b4",
    descriptor: "aruiz / Ana Ruiz",
    href: "https://wd5-services1.myworkday.com/x",
  },
  sessionId: "k4t82m",
  ipAddress: "203.0.113.24",
  deviceType: "Desktop",
  userAgent: "Mozilla/5.0 (Macintosh)",
};

export const signOnRow = {
  Signon_DateTime: "2026-11-17T23:42:19.118-08:00",
  User_Name: "mholt",
  Successful: "1",
  Failed_Signon: "0",
  Password_Changed: "0",
  Signon_IP_Address: "203.0.113.24",
  Authentication_Channel: "UI",
  Authentication_Type: "SAML",
  MFA_Authentication_Exempt: "0",
  Short_Session_ID: "k4t82m",
};

export const settings = {
  restEndpoint: "https://wd5-services1.myworkday.com/ccx/api/v1/acme",
  tokenEndpoint: "https://wd5-services1.myworkday.com/ccx/oauth2/acme/token",
  authorizationEndpoint: "https://wd5.myworkday.com/acme/authorize",
  clientId: "client",
  clientSecret: "secret",
};

export const envelope = (body: string) =>
  `<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">${body}</env:Envelope>`;
