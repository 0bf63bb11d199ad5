/** The tabs GraphiQL opens with. Each is a whole, valid operation; a test holds them against schema.graphql. */
export const tabs = [
  {
    query: `# Welcome to Gatehouse: one GraphQL API
# over every connected app.
#
#   Ctrl-Enter   runs (Cmd-Enter on a Mac)
#   Ctrl-Space   completes
#   top left     the documentation of the schema
#
# The other tabs are examples to start from.
# This one says who you are, and what Gatehouse
# can connect to.

query Welcome {
  viewer {
    name
    role
    instances { name }
  }
  connectors {
    slug
    name
    lifecycle
    capabilities { kind support }
  }
}
`,
  },
  {
    query: `# Connect an app (needs the role ADMIN).
#
# 1. ConnectionSettings shows what an app asks for.
# 2. Fill in the variables below, run ConnectAnApp.
#    If an authorizationUrl comes back, open it and
#    give consent; other apps connect at once.
# 3. TestConnection proves it, with the instance's id.

mutation ConnectAnApp($input: ConnectInstanceInput!) {
  connectInstance(input: $input) {
    instance { id name status statusReason }
    authorizationUrl
    userErrors { code message field }
  }
}

query ConnectionSettings($slug: String = "github") {
  connector(slug: $slug) {
    name
    authorization
    prerequisites
    settings { name label help required secret options }
  }
}

mutation TestConnection($instanceId: ID!) {
  testConnection(instanceId: $instanceId) {
    ok
    accountName
    latencyMs
    missingScopes
    userErrors { code message field }
  }
}
`,
    variables: JSON.stringify(
      {
        input: {
          connectorSlug: "github",
          name: "My GitHub organisation",
          settings: {
            mode: "oauth",
            org: "my-organisation",
            clientId: "of your OAuth app",
            clientSecret: "its secret",
          },
        },
        slug: "github",
        instanceId: "the id of an instance",
      },
      null,
      2,
    ),
  },
  {
    query: `# Sign-in failures by country, over all apps, and
# the newest of them. Narrow the filter below:
# occurredFrom, instanceIds, countries, actor …
# IP Geolocation by DB-IP: https://db-ip.com

query SignInFailuresByCountry($filter: ActivityFilter) {
  activityStats(filter: $filter, groupBy: COUNTRY) {
    key
    count
  }
  activities(filter: $filter, first: 20) {
    edges {
      node {
        occurredAt
        description
        actorName
        country
        city
        ipAddress
        ipCategory
        instance { name }
      }
    }
  }
}
`,
    variables: JSON.stringify({ filter: { categories: ["LOG_ON"], outcomes: ["FAILURE"] } }, null, 2),
  },
  {
    query: `# Live activities: run it and watch. What happens
# in the connected apps arrives over WebSocket.
#
# Each event has a cursor. Give the last one you saw
# as \`after\`: the stream starts with what came
# since. None is missed, none comes twice.

subscription LiveActivities($filter: ActivityFilter, $after: String) {
  activityAdded(filter: $filter, after: $after) {
    cursor
    activity {
      occurredAt
      category
      description
      outcome
      actorName
      country
      instance { name connector { name } }
    }
  }
}
`,
    variables: JSON.stringify({ filter: {} }, null, 2),
  },
  {
    query: `# Instances and their health: what is connected,
# how fresh it is, and when we could not look.

query InstancesAndHealth {
  instances(first: 50) {
    edges {
      node {
        id
        name
        connector { name }
        status
        statusReason
        userCount
        lastActivityAt
        health {
          state
          streams { stream lastSuccessAt lagSeconds consecutiveFailures throttledUntil }
        }
        gaps { stream from to reason filledAt }
      }
    }
  }
}
`,
  },
  {
    query: `# Everyone with administrator rights, in every
# app, on one list.

query AdminsAcrossApps($after: String) {
  users(first: 50, after: $after, filter: { isAdmin: true, status: [ACTIVE] }) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        displayName
        email
        type
        instance { name connector { name } }
        privileges { name }
        lastSignInAt
        lastSeenAt
      }
    }
  }
}
`,
  },
];

globalThis.gatehouseTabs = tabs;
