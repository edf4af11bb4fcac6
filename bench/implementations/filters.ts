// Cuts an object that is inflated already, and filters its records in one of the ways that are compared.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { passOf, type Way } from '../filters/ways.ts';
import { measure, readTask } from './task.ts';

const task = readTask();
const object = gunzipSync(readFileSync(task.files![0]!));
const pass = passOf(process.env['BENCH_WAY'] as Way, readFileSync(process.env['BENCH_RULES']!, 'utf8'));

void measure(task, () => Promise.resolve(pass(object)));
