// mock-ipfs-pinning-service on a loopback port of its own choosing.
// TOKEN is the key it takes. Prints one line: listening PORT
import { createServer } from 'node:http'
import mock from 'mock-ipfs-pinning-service'

const app = await mock.setup({
  token: process.env.TOKEN,
  delegates: '/ip4/203.0.113.42/tcp/4001/p2p/12D3KooWEdW6FCPNmYxVn8mYzCWnFRTYyrC8KmMBSbGfcA9LhBQA',
  loglevel: 'error'
})
const server = createServer(app).listen(0, '127.0.0.1', () => {
  console.log(`listening ${server.address().port}`)
})
