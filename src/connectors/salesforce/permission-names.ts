/** It has no field among the user's permissions that is documented: whether it is there is found out by asking for what it opens. */
export const realTimePermission = "View Real-Time Event Monitoring Data";
