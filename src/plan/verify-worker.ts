import { parentPort, workerData } from 'node:worker_threads';
import { runVerifyJob } from './verify-job.js';

parentPort?.postMessage(runVerifyJob(workerData));
