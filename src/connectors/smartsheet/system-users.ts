/** Actors of the log that are parts of Smartsheet, by id. Source: https://smartsheet.redoc.ly/tag/eventsDescription */
export const systemUsers: Readonly<Record<string, string>> = {
  1688855062570884: "Skype",
  2814754969413508: "Trello import",
  3377704922834820: "Cell link",
  3940654876256132: "Smartsheet automation",
  5066554783098756: "A member with the link of a published item",
  5629504736520068: "Anybody with the link of a published item",
  6192454689941380: "Smartsheet notifications",
  7881304550205316: "A form submission",
};
