import { describe, expect, test } from "vitest";
import { signAws } from "#src/connector-kit/sigv4.ts";

/**
 * Published vectors, of the AWS Signature Version 4 test suite and of the S3 documentation:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const at = new Date("2015-08-30T12:36:00Z");
const scope = { service: "service", region: "us-east-1" };
const sessionToken =
  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
const letters = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

interface Vector {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  signed?: string;
  signature: string;
  token?: string;
}

const vectors: Record<string, Vector> = {
  "get-vanilla": { signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
  "get-unreserved": {
    path: `/${letters}`,
    signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
  },
  "get-slashes": {
    path: "//example//",
    signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
  },
  "get-relative-relative": {
    path: "/example1/example2/../..",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  "get-slash-pointless-dot": {
    path: "/./example",
    signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
  },
  "get-vanilla-query-order-key-case": {
    path: "/?Param2=value2&Param1=value1",
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  "get-vanilla-query-order-key": {
    path: "/?Param1=value2&Param1=Value1",
    signature: "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1",
  },
  "get-vanilla-query-order-value": {
    path: "/?Param1=value2&Param1=value1",
    signature: "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
  },
  "get-vanilla-query-unreserved": {
    path: `/?${letters}=${letters}`,
    signature: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
  },
  "get-vanilla-utf8-query": {
    path: "/?ሴ=bar",
    signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
  },
  "get-header-value-trim": {
    headers: { "my-header1": " value1", "my-header2": '"a   b   c"' },
    signed: "host;my-header1;my-header2;x-amz-date",
    signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
  },
  "post-header-key-sort": {
    method: "POST",
    headers: { "My-Header1": "value1" },
    signed: "host;my-header1;x-amz-date",
    signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
  },
  "post-vanilla": {
    method: "POST",
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  "post-vanilla-query": {
    method: "POST",
    path: "/?Param1=value1",
    signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
  },
  "post-x-www-form-urlencoded": {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Param1=value1",
    signed: "content-type;host;x-amz-date",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
  "post-sts-header-before": {
    method: "POST",
    token: sessionToken,
    signed: "host;x-amz-date;x-amz-security-token",
    signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
  },
};

describe("the AWS test suite", () => {
  test.each(Object.entries(vectors))(
    "%s",
    (_, { method = "GET", path = "/", headers = {}, body, token, ...expected }) => {
      const signature = signAws(
        {
          method,
          url: new URL(`https://example.amazonaws.com${path}`),
          // What our own client adds, and what proxies change, is left out of the signature.
          headers: { ...headers, "user-agent": "Gatehouse", "accept-encoding": "gzip, br, deflate" },
          body: body ?? null,
        },
        token ? { ...keys, sessionToken: token } : keys,
        scope,
        at,
      );
      expect(signature.headers).toEqual({
        "x-amz-date": "20150830T123600Z",
        ...(token ? { "x-amz-security-token": token } : {}),
        authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${expected.signed ?? "host;x-amz-date"}, Signature=${expected.signature}`,
      });
    },
  );
});

test("bytes are signed as the text they spell", () => {
  const request = {
    method: "POST",
    url: new URL("https://example.amazonaws.com/"),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  };
  expect(signAws({ ...request, body: Buffer.from("Param1=value1") }, keys, scope, at)).toEqual(
    signAws({ ...request, body: "Param1=value1" }, keys, scope, at),
  );
});

describe("S3", () => {
  const s3 = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
  const sign = (path: string, headers: Record<string, string> = {}) =>
    signAws(
      { method: "GET", url: new URL(`https://examplebucket.s3.amazonaws.com${path}`), headers, body: null },
      s3,
      { service: "s3", region: "us-east-1" },
      new Date("2013-05-24T00:00:00Z"),
    ).headers;

  test("GET Object, with the hash of its empty body", () => {
    const headers = sign("/test.txt", { range: "bytes=0-9" });
    expect(headers?.["x-amz-content-sha256"]).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(headers?.authorization).toContain(
      "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
  });

  test("GET Bucket lifecycle: a parameter without a value", () => {
    expect(sign("/?lifecycle")?.authorization).toContain(
      "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    );
  });

  test("List Objects", () => {
    expect(sign("/?max-keys=2&prefix=J")?.authorization).toContain(
      "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    );
  });
});
