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
# This one shows who you are, what is connected,
# and which apps can be connected.

query Welcome {
  viewer {
    name
    role
    instances { name }
  }
  instances(first: 50) {
    nodes {
      name
      status
      statusReason
      userCount
      lastActivityAt
    }
  }
  connectors(lifecycle: [AVAILABLE]) {
    slug
    name
    authorization
  }
}
`,
  },
  {
    query: `# Connect an app (needs the role ADMIN).
#
# 1. ConnectionSettings shows what an app asks for.
# 2. Fill in the variables below, run ConnectAnApp.
#    If an authorizationUrl comes back, click it and
#    give consent; other apps connect at once.
# 3. TestConnection proves it, with the instance's id.
#
# Values of settings are never kept in this browser:
# after a reload you type them in again.

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
  {
    query: `# Open alerts, newest first: what was found, about
# whom, how often, and the figures behind it.

query OpenAlerts($filter: AlertFilter) {
  alerts(first: 50, filter: $filter) {
    totalCount
    nodes {
      severity
      title
      occurrences
      lastOccurredAt
      explanation
      policy { name }
      user { displayName email }
      instance { name }
    }
  }
}
`,
    variables: JSON.stringify({ filter: { status: ["OPEN", "IN_PROGRESS"] } }, null, 2),
  },
  {
    query: `# Security posture: the score, and what to address,
# with the points each of it would earn.

query Posture {
  secureScore {
    percentage
    points
    maxPoints
  }
  recommendations(first: 50, filter: { status: [TO_ADDRESS] }) {
    totalCount
    nodes {
      severity
      title
      points
      maxPoints
      remediation
      instance { name }
    }
  }
}
`,
  },
  {
    query: `# People a directory reports as having left, and
# what accounts they have, in every app.

query PeopleWhoLeft($after: String) {
  identities(first: 50, after: $after, terminated: true) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      email
      terminatedAt
      terminatedSource { name }
      users {
        status
        isAdmin
        lastSeenAt
        instance { name }
      }
    }
  }
}
`,
  },
  {
    query: `# Third-party apps that people have let in, those
# with the widest permissions.

query AppPermissions($filter: OAuthAppFilter) {
  oauthApps(first: 50, filter: $filter) {
    totalCount
    nodes {
      name
      publisher
      permissionLevel
      scopes
      state
      userCount
      lastUsedAt
      instance { name }
    }
  }
}
`,
    variables: JSON.stringify({ filter: { permissionLevels: ["HIGH"] } }, null, 2),
  },
  {
    query: `# Actions in apps, by people and policies: what was
# asked, what came of it, and why it failed.

query Actions($filter: GovernanceActionFilter) {
  governanceActions(first: 50, filter: $filter) {
    totalCount
    nodes {
      id
      kind
      status
      requestedBy
      createdAt
      finishedAt
      error
      user { displayName email }
      oauthApp { name }
      alert { title }
      instance { name }
    }
  }
}
`,
    variables: JSON.stringify({ filter: {} }, null, 2),
  },
];

globalThis.gatehouseTabs = tabs;
