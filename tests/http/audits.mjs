// Runs the audits of GraphQL over HTTP against the address given, and prints each as JSON: its id, its name, how it ended.
import { auditServer } from 'graphql-http'

const results = await auditServer({ url: process.argv[2] })
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))))
