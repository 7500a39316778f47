// PostGraphile over views of the Hall's tables, without a transaction for each request: the token's digest is a parameter
// of the statements. A page is answered after its entry is in the access log.
//
//     node server.js PORT DATABASE

import { hash } from 'node:crypto'
import { createServer } from 'node:http'
import { Pool } from 'pg'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { log } from './log.js'
import { operations } from './operations.js'
import { SCHEMA, VIEWS } from './views.js'

const [port, database] = process.argv.slice(2)
// Planning the statement of a page takes longer than executing it.
const options = '-c plan_cache_mode=force_generic_plan -c jit=off'
const pool = new Pool({ connectionString: database, options, min: 10, max: 10 })
await pool.query(VIEWS)

const server = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [operations(log(pool))],
  disablePlugins: ['NodePlugin', 'PgAllRowsPlugin', 'PgRowByUniquePlugin'],
  pgServices: [makePgService({ pool, schemas: [SCHEMA] })],
  grafast: {
    explain: false,
    context: ({ node }) => ({
      tokenDigest: hash('sha256', (node.req.headers.authorization ?? '').replace('Bearer ', ''))
    })
  },
  grafserv: { graphiql: false, watch: false, outputDataAsString: true }
}).createServ(grafserv)
const http = createServer()
await server.addTo(http)
http.listen(Number(port), '127.0.0.1')
