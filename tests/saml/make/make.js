'use strict';

// Messages by identity providers of Node: samlp, samlify and saml. Prints them as JSON for make.py, which writes the book.

const fs = require('fs');
const path = require('path');

const facts = JSON.parse(fs.readFileSync(0, 'utf8'));

// Time stands still at the instant of issue, for all that is loaded from here on.
const RealDate = Date;
const instant = RealDate.parse(facts.issued);
global.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [instant] : parts));
  }

  static now() {
    return instant;
  }
};
// Warnings would mix with what is printed.
console.warn = console.log = () => {};

const samlify = require('samlify');
const samlp = require('samlp');
const { Saml20 } = require('saml');

const KEY = pem(path.join(facts.keys, 'idp-rsa-2048.key.pem'));
const CERTIFICATE = pem(path.join(facts.keys, 'idp-rsa-2048.cert.pem'));
const OUR_CERTIFICATE = pem(path.join(facts.keys, 'sp-rsa-2048.cert.pem'));
const OUR_KEY = require('crypto').createPublicKey(OUR_CERTIFICATE).export({ type: 'spki', format: 'pem' });
const RSA_OAEP = 'rsa-oaep-mgf1p';
const XENC = 'http://www.w3.org/2001/04/xmlenc#';
const XENC11 = 'http://www.w3.org/2009/xmlenc11#';

const made = [];

function pem(file) {
  const text = fs.readFileSync(file, 'utf8');
  return text.slice(text.indexOf('-----BEGIN'));
}

function add(name, content, known, post) {
  made.push({ name, content, post, ...known });
}

function encrypted(content) {
  return { content, key_transport: RSA_OAEP, key: 'sp-rsa-2048' };
}

// Ids in a row, so that a fixture changes only when its library does.
let drawn = 0;
function id(kind) {
  drawn += 1;
  return `${kind}${String(drawn).padStart(32, '0')}`;
}

// --- saml: bare assertions ---

function bare(options) {
  return Saml20.create({
    key: KEY,
    cert: CERTIFICATE,
    uid: id('bearer'),
    issuer: facts.idp,
    lifetimeInSeconds: facts.lifetime_seconds,
    audiences: facts.token_audience,
    recipient: facts.token_endpoint,
    nameIdentifier: facts.subject,
    nameIdentifierFormat: facts.email,
    attributes: { email: facts.subject, OrganizationName: facts.organization },
    ...options,
  });
}

function bareAssertions() {
  const assertion = { kind: 'assertion', binding: 'token', signed: ['assertion'] };
  add('saml/bearer', bare({}), assertion);
  add('saml/bearer_prefixed', bare({ signatureNamespacePrefix: 'ds' }), assertion);
  add('saml/bearer_sha1', bare({ signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' }), {
    ...assertion, expected: 'refused', reason: 'SHA-1', accepted_with: ['sha1'], threat: 46,
  });
  add('saml/bearer_for_a_service_provider', bare({ audiences: facts.sp, recipient: facts.acs }), {
    ...assertion, expected: 'refused', reason: 'audience and recipient are those of a login', threat: 53,
  });
  add('saml/bearer_no_recipient', bare({ recipient: undefined }), {
    ...assertion, expected: 'refused', reason: 'no Recipient', threat: 53,
  });
  add('saml/bearer_no_audience', bare({ audiences: undefined }), {
    ...assertion, expected: 'refused', reason: 'no AudienceRestriction', threat: 53,
  });
  add('saml/bearer_no_lifetime', bare({ lifetimeInSeconds: undefined }), {
    ...assertion, expected: 'refused', reason: 'no NotOnOrAfter anywhere', threat: 53,
  });
  add('saml/bearer_answers_a_request', bare({ inResponseTo: facts.request_id }), {
    ...assertion, expected: 'refused', reason: 'InResponseTo, where no request was made', threat: 53,
  });
  add('saml/bearer_token_endpoint_as_audience', bare({ audiences: facts.token_endpoint }), {
    ...assertion, expected: 'refused', reason: 'the audience is the token endpoint',
    note: 'RFC 7522 lets the token endpoint serve as an audience; later advice narrows it to the issuer',
  });
  const unsigned = Saml20.createUnsignedAssertion({
    uid: id('bearer'), issuer: facts.idp, lifetimeInSeconds: facts.lifetime_seconds, audiences: facts.token_audience,
    recipient: facts.token_endpoint, nameIdentifier: facts.subject, nameIdentifierFormat: facts.email,
  });
  add('saml/bearer_unsigned', unsigned, { ...assertion, signed: [], expected: 'refused', reason: 'not signed', threat: 46 });
  const encoded = Buffer.from(bare({})).toString('base64url');
  add('saml/bearer_encoded', encoded, { ...assertion, suffix: 'base64url.txt' });
}

// --- samlp: responses ---

function profileMapper(user) {
  return {
    getClaims: () => ({ email: user.email, OrganizationName: user.organization }),
    getNameIdentifier: () => ({ nameIdentifier: user.email, nameIdentifierFormat: facts.email }),
  };
}

function respond(options) {
  return new Promise((resolve, reject) => {
    samlp.getSamlResponse({
      issuer: facts.idp,
      cert: CERTIFICATE,
      key: KEY,
      audience: facts.sp,
      recipient: facts.acs,
      destination: facts.acs,
      inResponseTo: facts.request_id,
      lifetimeInSeconds: facts.lifetime_seconds,
      sessionIndex: facts.session_index,
      authnContextClassRef: facts.password,
      signatureAlgorithm: 'rsa-sha256',
      digestAlgorithm: 'sha256',
      profileMapper,
      ...options,
    }, { email: facts.subject, organization: facts.organization }, (error, xml) => (error ? reject(error) : resolve(xml)));
  });
}

async function responses() {
  const gcm = {
    encryptionPublicKey: OUR_KEY, encryptionCert: OUR_CERTIFICATE, encryptionAlgorithm: `${XENC11}aes256-gcm`,
  };
  const cbc = {
    ...gcm, encryptionAlgorithm: `${XENC}aes256-cbc`, disallowEncryptionWithInsecureAlgorithm: false,
    warnOnInsecureEncryptionAlgorithm: false,
  };
  const refusedCbc = { expected: 'refused', reason: 'AES-CBC', accepted_with: ['aes-cbc'] };
  const response = { signResponse: true, signAssertion: false };
  const both = { signResponse: true, signAssertion: true };
  add('samlp/assertion', await respond({}), { signed: ['assertion'] });
  add('samlp/response', await respond(response), { signed: ['response'] });
  add('samlp/assertion_prefixed', await respond({ signatureNamespacePrefix: 'ds' }), { signed: ['assertion'] });
  add('samlp/unsolicited', await respond({ inResponseTo: undefined }), { signed: ['assertion'], initiated_by: 'idp' });
  add('samlp/unsigned', await respond({ signAssertion: false }), { expected: 'refused', reason: 'not signed', threat: 46 });
  add('samlp/assertion_sha1', await respond({ signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' }), {
    signed: ['assertion'], expected: 'refused', reason: 'SHA-1', accepted_with: ['sha1'], threat: 46,
  });
  add('samlp/encrypted_gcm_assertion', await respond(gcm), { signed: ['assertion'], encrypted: encrypted('aes256-gcm') });
  add('samlp/encrypted_gcm_response', await respond({ ...gcm, ...response }), {
    signed: ['response'], encrypted: encrypted('aes256-gcm'),
  });
  add('samlp/encrypted_gcm_both', await respond({ ...gcm, ...both }), {
    signed: ['response', 'assertion'], encrypted: encrypted('aes256-gcm'),
  });
  add('samlp/encrypted_cbc_assertion', await respond(cbc), {
    signed: ['assertion'], encrypted: encrypted('aes256-cbc'), ...refusedCbc,
  });
  add('samlp/encrypted_cbc_response', await respond({ ...cbc, ...response }), {
    signed: ['response'], encrypted: encrypted('aes256-cbc'), ...refusedCbc,
  });
  const failed = await respond({ ...response, samlStatusCode: facts.responder });
  add('samlp/status_responder', failed, {
    signed: ['response'], expected: 'refused', reason: 'the status is not Success, whatever assertion comes with it',
    threat: 53,
  });
}

// --- samlify: responses and logout ---

const STATEMENTS = {
  AuthnStatement:
    `<saml:AuthnStatement AuthnInstant="${facts.issued}" SessionIndex="${facts.session_index}"><saml:AuthnContext>`
    + `<saml:AuthnContextClassRef>${facts.password}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
};
const TEMPLATE = samlify.SamlLib.defaultLoginResponseTemplate.context;

function entities({ algorithm, wantMessageSigned = false, wantAssertionsSigned = true, ...idp }) {
  const bindings = ['HTTP-POST', 'HTTP-Redirect'].map((name) => `urn:oasis:names:tc:SAML:2.0:bindings:${name}`);
  const provider = samlify.IdentityProvider({
    entityID: facts.idp,
    signingCert: CERTIFICATE,
    privateKey: KEY,
    requestSignatureAlgorithm: algorithm || 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    nameIDFormat: [facts.email],
    singleSignOnService: bindings.map((Binding) => ({ Binding, Location: facts.idp_sso })),
    singleLogoutService: bindings.map((Binding) => ({ Binding, Location: facts.idp_logout })),
    generateID: () => id('_'),
    loginResponseTemplate: {
      context: TEMPLATE,
      attributes: [
        { name: 'email', nameFormat: facts.basic, valueXsiType: 'xs:string', valueTag: 'user.email' },
        { name: 'OrganizationName', nameFormat: facts.basic, valueXsiType: 'xs:string', valueTag: 'user.organization' },
      ],
    },
    ...idp,
  });
  const service = samlify.ServiceProvider({
    entityID: facts.sp,
    wantMessageSigned,
    wantAssertionsSigned,
    wantLogoutRequestSigned: true,
    wantLogoutResponseSigned: true,
    encryptCert: OUR_CERTIFICATE,
    assertionConsumerService: [{ Binding: bindings[0], Location: facts.acs }],
    singleLogoutService: bindings.map((Binding) => ({ Binding, Location: facts.sp_logout })),
  });
  return { provider, service };
}

function filled(provider, authn) {
  return (template) => {
    const message = id('_');
    const tags = {
      ID: message,
      AssertionID: id('_'),
      Destination: facts.acs,
      Audience: facts.sp,
      SubjectRecipient: facts.acs,
      AssertionConsumerServiceURL: facts.acs,
      Issuer: facts.idp,
      IssueInstant: facts.issued,
      StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
      ConditionsNotBefore: facts.issued,
      ConditionsNotOnOrAfter: facts.expires,
      SubjectConfirmationDataNotOnOrAfter: facts.expires,
      NameIDFormat: facts.email,
      NameID: facts.subject,
      InResponseTo: facts.request_id,
      attrUserEmail: facts.subject,
      attrUserOrganization: facts.organization,
    };
    const spread = template.replace('{AuthnStatement}', authn ? STATEMENTS.AuthnStatement : '');
    return { id: message, context: samlify.SamlLib.replaceTagsByValue(spread, tags) };
  };
}

async function login(settings, { authn = true, encryptThenSign = false } = {}) {
  const { provider, service } = entities(settings);
  const answer = await provider.createLoginResponse(
    service, { extract: { request: { id: facts.request_id } } }, 'post', { email: facts.subject }, filled(provider, authn),
    encryptThenSign,
  );
  const xml = Buffer.from(answer.context, 'base64').toString();
  return { xml, post: Buffer.from(xml).toString('base64') === answer.context ? undefined : answer.context };
}

async function samlifyMessages() {
  const sha512 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512';
  const gcm = { isAssertionEncrypted: true, dataEncryptionAlgorithm: `${XENC11}aes256-gcm` };
  const cbc = { isAssertionEncrypted: true, dataEncryptionAlgorithm: `${XENC}aes256-cbc` };
  const message = { wantMessageSigned: true, wantAssertionsSigned: false };
  const both = { wantMessageSigned: true };
  const all = [
    ['assertion', {}, {}, { signed: ['assertion'] }],
    ['response', message, {}, { signed: ['response'] }],
    ['both', both, {}, { signed: ['response', 'assertion'] }],
    ['assertion_sha512', { algorithm: sha512 }, {}, { signed: ['assertion'] }],
    ['both_sha512', { algorithm: sha512, ...both }, {}, { signed: ['response', 'assertion'] }],
    ['assertion_no_authn_statement', {}, { authn: false }, {
      signed: ['assertion'], expected: 'refused', reason: 'no AuthnStatement', threat: 53,
    }],
    ['encrypted_gcm_encrypt_then_sign', { ...both, ...gcm }, { encryptThenSign: true }, {
      signed: ['response', 'assertion'], encrypted: encrypted('aes256-gcm'),
    }],
    ['encrypted_gcm_encrypt_then_sign_response', { ...message, ...gcm }, { encryptThenSign: true }, {
      signed: ['response'], encrypted: encrypted('aes256-gcm'),
    }],
    ['encrypted_gcm_assertion', gcm, {}, { signed: ['assertion'], encrypted: encrypted('aes256-gcm') }],
    ['encrypted_gcm_sign_then_encrypt', { ...both, ...gcm }, {}, {
      signed: ['response', 'assertion'], encrypted: encrypted('aes256-gcm'), expected: 'refused',
      reason: 'the signature of the response covers what it was before the encryption', threat: 46,
    }],
    ['encrypted_cbc_encrypt_then_sign', { ...both, ...cbc }, { encryptThenSign: true }, {
      signed: ['response', 'assertion'], encrypted: encrypted('aes256-cbc'), expected: 'refused', reason: 'AES-CBC',
      accepted_with: ['aes-cbc'],
    }],
  ];
  for (const [name, settings, how, known] of all) {
    const { xml, post } = await login(settings, how);
    add(`samlify/${name}`, xml, known, post);
  }
  logout();
}

function logout() {
  const { provider, service } = entities({});
  const user = { logoutNameID: facts.subject, sessionIndex: facts.session_index };
  const posted = provider.createLogoutRequest(service, 'post', user);
  add('samlify/logout_request_post', Buffer.from(posted.context, 'base64').toString(), {
    kind: 'logout_request', signed: ['logout_request'],
  });
  const sent = provider.createLogoutRequest(service, 'redirect', user, 'state-1');
  add('samlify/logout_request_redirect', new URL(sent.context).search.slice(1), {
    kind: 'logout_request', binding: 'redirect', signed: ['query'], signature: 'rsa-sha256', suffix: 'query.txt',
  });
  const request = { extract: { request: { id: facts.logout_request_id } } };
  const answered = provider.createLogoutResponse(service, request, 'post');
  add('samlify/logout_response_post', Buffer.from(answered.context, 'base64').toString(), {
    kind: 'logout_response', signed: ['logout_response'],
  });
  const replied = provider.createLogoutResponse(service, request, 'redirect', 'state-1');
  add('samlify/logout_response_redirect', new URL(replied.context).search.slice(1), {
    kind: 'logout_response', binding: 'redirect', signed: ['query'], signature: 'rsa-sha256', suffix: 'query.txt',
  });
  add('samlify/metadata', provider.getMetadata(), { kind: 'metadata' });
}

async function main() {
  bareAssertions();
  await responses();
  await samlifyMessages();
  process.stdout.write(JSON.stringify(made));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
