/** The loopback server in a thread of its own: posts its address, and ends with the thread. */
import { parentPort } from 'node:worker_threads';
import { LlmServer } from './llm-server.ts';

const server = await LlmServer.start();
parentPort?.postMessage(server.baseUrl);
