# SPDX-License-Identifier: EUPL-1.2
"""What vendors answer, row by row, and the state in which a message's row then stands.

VENDORS has for each driver its options, what is answered on the way to the message, and
the rows. {url} stands for the server, {row} for the row's own folder on it.
"""
import dataclasses
import re

DELIVERED, PENDING, PARKED = "delivered", "pending", "parked"
UNDELIVERABLE = "undeliverable"
UP, DOWN, PAUSED = "up", "down", "paused"
JSON = "application/json"
# Not an answer: the connection is reset before the request was read, or after.
NO_REQUEST, NO_ANSWER = "no request", "no answer"
LOST = "lost before the answer"


@dataclasses.dataclass
class Row:
    code: object
    body: str = ""
    state: str = DELIVERED
    channel: str = UP
    says: str = ""            # in the row's last error
    wait: float = 0           # seconds until it is tried again, at the least
    headers: dict = dataclasses.field(default_factory=dict)
    remote_id: str = ""
    at_once: bool = False     # answered to whatever is asked first, without the prelude


def delivered(code, body="", remote_id=""):
    return Row(code, body, remote_id=remote_id)


def again(code, body="", wait=0, says="", **headers):
    """Refused for now."""
    return Row(code, body, PENDING, DOWN, says, wait,
               {name.replace("_", "-"): value for name, value in headers.items()})


def parked(code, body="", says=""):
    """Refused for good."""
    return Row(code, body, PARKED, UP, says)


def paused(code, body="", says=""):
    """The channel's credentials or configuration."""
    return Row(code, body, PARKED, PAUSED, says)


# What every HTTP channel has in common.
COMMON = [
    again(408), again(425), again(429), again(429, Retry_After="90", wait=80),
    again(500), again(502, "<html>Bad gateway</html>"), again(503), again(504),
    again(503, Retry_After="120", wait=110), again(302, Location="https://other.example/"),
    Row(NO_REQUEST, state=PENDING, channel=DOWN),
]


@dataclasses.dataclass
class Vendor:
    options: str
    rows: list
    files: dict = dataclasses.field(default_factory=dict)
    # (method and path as an expression, code, body): answered before the message is.
    prelude: list = dataclasses.field(default_factory=list)
    # Each request of a test looks so: its target is safe, or what is sent says that it is
    # a test.
    test: str = r"(?s).*(Test|TEST|test)"
    idempotent: bool = False  # then what nobody knows of is sent again, else parked
    common: list = dataclasses.field(default_factory=lambda: COMMON)
    driver: str = ""          # where its name in VENDORS is another: a second way in

    def all_rows(self):
        lost = Row(NO_ANSWER, "", PENDING if self.idempotent else PARKED, DOWN,
                   LOST)
        return self.rows + self.common + [lost]


def reset_at(seconds, form):
    """A placeholder that the server turns into a moment so far ahead."""
    return f"@{seconds}:{form}"


# How a moment is written.
RESET_FORMS = {
    "iso": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    "epoch": lambda at: str(int(at.timestamp())),
    "ms": lambda at: str(int(at.timestamp() * 1000)),
}


def is_reset(value):
    return re.fullmatch(r"@(\d+):(\w+)", value)


# What a service answers of one subscriber says nothing of the channel.
OF_ONE = [dataclasses.replace(row, channel=UP) for row in COMMON if row.code != NO_REQUEST] + [
    Row(NO_REQUEST, state=PENDING, channel=DOWN)]
SUBSCRIPTION = ('{"endpoint":"{row}/push","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-Jv'
                'LexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",'
                '"auth":"BTBZMqHH6r4Tts7J_aSIgg"}}')


VENDORS = {
    "webhook": Vendor('url = "{row}/hook"', [
        delivered(200, "ok"), delivered(202), delivered(204),
        parked(400, "no"), parked(405), parked(409), parked(413), parked(415), parked(422),
        paused(401), paused(403),
    ], idempotent=True),
    "twilio": Vendor('url = "{row}"  account = "AC0123456789abcdef0123456789abcdef"\n'
                     '  password_file = "token"  from = "+46700000000"\n'
                     '  to = { "+46701234567" }', [
        delivered(201, '{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued"}',
                  "SM0123456789abcdef0123456789abcdef"),
        delivered(201, "<html>"),
        parked(400, '{"code":21211,"message":"Invalid To","status":400}', "21211"),
        parked(400, '{"code":21614,"message":"not a mobile number","status":400}', "21614"),
        parked(400, '{"code":21610,"message":"unsubscribed","status":400}', "21610"),
        parked(400, '{"code":21617,"message":"too long","status":400}', "21617"),
        paused(401, '{"code":20003,"message":"Authenticate","status":401}', "20003"),
        again(429, '{"code":20429,"message":"Too Many Requests","status":429}'),
    ]),
    "sms_http": Vendor('url = "{row}/send"  body = "to={to}&from={from}&text={text}"\n'
                       '  from = "NordanNat"  to = { "+46701234567" }\n'
                       '  success_regex = "^OK"  id_regex = "^OK (.+)$"\n'
                       '  permanent_regex = "invalid number"\n'
                       '  credentials_regex = "bad password"  retry_regex = "busy"', [
        delivered(200, "OK 4711", "4711"), parked(200, "ERROR invalid number"),
        paused(200, "ERROR bad password"), again(200, "ERROR busy"),
        parked(400, "invalid number"), paused(401),
    ]),
    "mastodon": Vendor('url = "{row}"  token_file = "token"', [
        delivered(200, '{"id":"109","url":"https://x"}', "109"), delivered(200, "<html>"),
        paused(401, '{"error":"The access token is invalid"}', "token_file"),
        paused(403, '{"error":"This action is outside the authorized scopes"}',
               "write:statuses"),
        paused(404, "<html>", "url"),
        parked(422, '{"error":"Validation failed: Text can\'t be blank"}', "can't be blank"),
        again(429, '{"error":"Too many requests"}', 280,
              X_RateLimit_Reset=reset_at(300, "iso")),
        again(429, '{"error":"Too many requests"}', 280,
              X_RateLimit_Reset=reset_at(300, "epoch")),
    ], idempotent=True, test=r"(?s)POST /api/v1/statuses\n.*visibility=direct"),
    "46elks": Vendor('url = "{row}"  username = "u1"  password_file = "token"\n'
                     '  from = "NordanNat"  to = { "+46701234567" }', [
        delivered(200, '{"id":"s17","status":"created"}', "s17"),
        paused(401, "API access requires Basic HTTP authentication", "password_file"),
        paused(402, "Payment required", "money"), paused(403, "Not enough credits", "money"),
        paused(404, "", "url"), paused(400, "Invalid from", "from"),
        parked(400, "Invalid to number"),
    ], test=r"(?s)POST /a1/sms\n.*dryrun=yes"),
    "kannel": Vendor('url = "{row}/cgi-bin/sendsms"  username = "u"  password_file = "token"\n'
                     '  from = "NordanNat"  to = { "+46701234567" }', [
        delivered(202, "0: Accepted for delivery"),
        delivered(202, "3: Queued for later delivery"), delivered(202, "Sent."),
        paused(403, "Authorization failed for sendsms", "password_file"),
        parked(403, "Not routable. Do not try again.", "smsc"),
        again(503, "Temporal failure, try again later."),
        parked(400, "Missing receiver number, rejected"),
    ]),
    "bluesky": Vendor('url = "{row}"  identifier = "nat.example"  password_file = "token"', [
        delivered(200, '{"uri":"at://did:plc:a/app.bsky.feed.post/3l","cid":"bafy"}',
                  "at://did:plc:a/app.bsky.feed.post/3l bafy"),
        delivered(200, "<html>"),
        parked(400, '{"error":"InvalidRequest","message":"Record/text must not be longer"}',
               "must not be longer"),
        parked(400, '{"error":"InvalidSwap","message":"Record was at x"}', "InvalidSwap"),
        again(400, '{"error":"ExpiredToken","message":"Token has expired"}', 880,
              "ExpiredToken"),
        again(400, '{"error":"InvalidToken"}', 880), again(401, '{"error":"AuthMissing"}', 880),
        dataclasses.replace(paused(401, '{"error":"AuthenticationRequired"}', "password_file"),
                            at_once=True),
        paused(401, '{"error":"AuthFactorTokenRequired"}', "app password"),
        paused(401, '{"error":"AuthenticationRequired","message":"Invalid"}', "password_file"),
        paused(400, '{"error":"AccountTakedown"}', "taken down"),
        paused(403, '{"error":"Forbidden"}', "may not post"), paused(404, "<html>", "url"),
        parked(413, '{"error":"PayloadTooLarge"}'),
        again(429, '{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}', 280,
              RateLimit_Reset=reset_at(300, "epoch"), RateLimit_Policy="3000;w=300"),
    ], idempotent=True, test="POST /xrpc/com.atproto.server.createSession", prelude=[
        ("POST /xrpc/com.atproto.server.createSession", 200,
         '{"did":"did:plc:a","accessJwt":"good-token-a","refreshJwt":"good-token-r"}')]),
    "x": Vendor('url = "{row}"  consumer_key_file = "token"  consumer_secret_file = "token"\n'
                '  token_file = "token"  token_secret_file = "token"', [
        delivered(201, '{"data":{"id":"1795","text":"x"}}', "1795"), delivered(201, "<html>"),
        parked(400, '{"title":"Invalid Request","detail":"One or more parameters"}',
               "One or more parameters"),
        parked(403, '{"detail":"You are not allowed to create a Tweet with duplicate content."}',
               "no text twice"),
        paused(401, '{"title":"Unauthorized"}', "the four keys"),
        paused(402, '{"title":"CreditsDepleted"}', "no credits"),
        paused(403, '{"detail":"oauth1 app permissions"}', "to read and write"),
        paused(403, '{"detail":"Your account is suspended"}', "may not post"),
        paused(404, "<html>", "url"), parked(413),
        again(429, '{"title":"Too Many Requests"}', 280,
              x_rate_limit_reset=reset_at(300, "epoch")),
        again(429, '{"title":"Too Many Requests"}', 3500,
              x_rate_limit_reset=reset_at(300, "epoch"),
              x_user_limit_24hour_remaining="0",
              x_user_limit_24hour_reset=reset_at(3600, "epoch")),
        again(429, '{"title":"UsageCapExceeded","detail":"Usage cap exceeded: Monthly"}',
              86000, "used up", x_rate_limit_reset=reset_at(300, "epoch")),
    ], test="GET /2/users/me"),
    "slack": Vendor('url = "{row}/api"  token_file = "token"  channel_id = "C0123456789"', [
        delivered(200, '{"ok":true,"channel":"C0123456789","ts":"1700000001.000200"}',
                  "C0123456789 1700000001.000200"),
        delivered(200, '{"ok":true}'), delivered(200, "<html>"),
        paused(200, '{"ok":false,"error":"invalid_auth"}', "token_file"),
        paused(200, '{"ok":false,"error":"token_revoked"}', "token_file"),
        paused(200, '{"ok":false,"error":"account_inactive"}', "token_file"),
        paused(200, '{"ok":false,"error":"missing_scope"}', "chat:write"),
        parked(200, '{"ok":false,"error":"channel_not_found"}', "channel_id"),
        parked(200, '{"ok":false,"error":"not_in_channel"}', "invite"),
        parked(200, '{"ok":false,"error":"is_archived"}', "archived"),
        parked(200, '{"ok":false,"error":"invalid_blocks"}', "invalid_blocks"),
        parked(200, '{"ok":false,"error":"msg_too_long"}', "msg_too_long"),
        again(200, '{"ok":false,"error":"ratelimited"}', 80, "ratelimited", Retry_After="90"),
        Row(200, '{"ok":false,"error":"internal_error"}', PARKED, DOWN, "internal_error"),
        Row(200, '{"ok":false,"error":"fatal_error"}', PARKED, DOWN, "fatal_error"),
        paused(401), paused(403), paused(404, "<html>", "url"),
    ], test="POST /api/auth.test\n{}"),
    "slack-webhook": Vendor('webhook_file = "address"', [
        delivered(200, "ok"),
        parked(400, "invalid_payload", "invalid_payload"), parked(400, "user_not_found"),
        paused(403, "action_prohibited", "action_prohibited"),
        paused(404, "channel_not_found"), paused(404, "no_service", "gone"),
        paused(410, "channel_is_archived", "archived"), again(500, "rollup_error"),
        paused(404, "no /services/T0/B0/good-token-of-a-webhook", "no /services/T0/B0/…"),
    ], files={"address": "{row}/services/T0/B0/good-token-of-a-webhook"}, driver="slack"),
    "teams": Vendor('webhook_file = "address"', [
        delivered(200, "1"), delivered(200), delivered(202),
        again(200, "Webhook message delivery failed with error: Microsoft Teams endpoint "
              "returned HTTP error 429 with ContextId tcid=0", 80, "HTTP error 429",
              Retry_After="90"),
        paused(200, "Microsoft Teams endpoint returned HTTP error 403 with ContextId x"),
        parked(200, "Microsoft Teams endpoint returned HTTP error 413 with ContextId x"),
        parked(400, '{"error":{"code":"InvalidRequestContent","message":"no"}}', "no"),
        paused(400, '{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"off"}}',
               "turn it on"),
        paused(401), paused(403), paused(404, '{"error":{"code":"WorkflowNotFound"}}'),
        paused(410), parked(413), parked(415), parked(422),
    ], files={"address": "{row}/workflows/7/triggers/manual/paths/invoke"
                         "?api-version=2016-06-01&sig=good-token-of-a-workflow"}),
    "discord": Vendor('webhook_file = "address"', [
        delivered(200, '{"id":"1100000000000000001"}', "1100000000000000001"),
        delivered(204), delivered(200, "<html>"),
        parked(400, '{"message":"Invalid Form Body","code":50035}', "Invalid Form Body"),
        paused(400, '{"message":"Webhooks posted to forum channels must have a thread_name '
               'or thread_id","code":220001}', "thread_id"),
        paused(401), paused(403),
        paused(404, '{"message":"Unknown Webhook","code":10015}', "gone"),
        paused(404, '{"message":"Unknown Channel","code":10003}', "thread_id"),
        again(429, '{"retry_after":90.25,"global":false}', 80),
        again(429, '{"retry_after":90.25,"global":true}', 80, Retry_After="91"),
        again(429, "", 80, X_RateLimit_Reset_After="90.5"),
        again(429, "", 80, X_RateLimit_Reset=reset_at(90, "epoch")),
        again(429, "error code: 1015", 80, Retry_After="90"),
    ], files={"address": "{row}/api/webhooks/123/good-token-of-a-webhook"}),
    "mattermost": Vendor('url = "{row}"  token_file = "token"\n'
                         '  channel_id = "4xp9fdt77pncbef59f4k1qe83o"', [
        delivered(201, '{"id":"aaaaaaaaaaaaaaaaaaaaaaaaa1"}', "aaaaaaaaaaaaaaaaaaaaaaaaa1"),
        delivered(201, "<html>"),
        parked(400, '{"id":"model.post.is_valid.message_length.app_error","message":"No."}',
               "max_characters"),
        parked(400, '{"id":"api.context.invalid_body_param.app_error","message":"No."}'),
        paused(401, '{"id":"api.context.session_expired.app_error","message":"No."}',
               "token_file"),
        paused(403, '{"id":"api.context.permissions.app_error","message":"No."}', "member"),
        paused(404, "", "channel_id"), parked(413),
    ], test="GET /api/v4/channels/4xp9fdt77pncbef59f4k1qe83o\n"),
    "mattermost-webhook": Vendor('webhook_file = "address"', [
        delivered(200, "ok"),
        parked(400, '{"id":"web.incoming_webhook.parse.app_error","message":"No."}'),
        paused(400, '{"id":"web.incoming_webhook.invalid.app_error","message":"No."}', "gone"),
        paused(403, '{"id":"web.incoming_webhook.permissions.app_error","message":"No."}'),
        paused(404, '{"id":"web.incoming_webhook.channel.app_error","message":"No."}'),
        paused(501, '{"id":"web.incoming_webhook.disabled.app_error","message":"No."}', "off"),
        paused(410),
    ], files={"address": "{row}/hooks/good-token-of-a-webhook"}, driver="mattermost"),
    "rocketchat": Vendor('url = "{row}"  user_id = "aobEdbYhXfu5hkeqG"  token_file = "token"\n'
                         '  room = "#drift"', [
        delivered(200, '{"success":true,"message":{"_id":"7aDSXtjMA3KPLxLjt","rid":"GENERAL"}}',
                  "GENERAL 7aDSXtjMA3KPLxLjt"),
        delivered(200, "<html>"),
        parked(200, '{"success":false,"error":"[invalid-channel]"}', "room"),
        parked(400, '{"success":false,"error":"error-message-size-exceeded"}',
               "max_characters"),
        parked(400, '{"success":false,"error":"[error-room-not-found]"}', "room"),
        paused(401, '{"status":"error","message":"You must be logged in to do this."}',
               "make a new token"),
        paused(403), paused(404, "", "url"),
        again(200, '{"success":false,"error":"[error-too-many-requests]"}', 80,
              Retry_After="90"),
        again(429, '{"success":false,"error":"[error-too-many-requests]"}', 80,
              X_RateLimit_Reset=reset_at(90, "ms")),
    ], test="GET /api/v1/rooms.info.roomName=drift\n"),
    "rocketchat-webhook": Vendor('webhook_file = "address"', [
        delivered(200, '{"success":true}'), delivered(200, ""),
        parked(200, '{"success":false,"error":"error-not-known"}', "error-not-known"),
        paused(400, '{"success":false,"error":"Invalid integration id or token provided."}',
               "make a new one"),
        paused(404), paused(410), parked(413),
    ], files={"address": "{row}/hooks/1/good-token-of-a-webhook"}, driver="rocketchat"),
    "signal": Vendor('url = "{row}"  number = "+46701234567"\n'
                     '  recipient = "group.ckRzaEd4VmRz"', [
        delivered(201, '{"timestamp":"1700000000123"}', "1700000000123"),
        delivered(201, "<html>"),
        again(400, '{"error":"Network failure"}', says="Network failure"),
        paused(400, '{"error":"User is not registered."}', "register"),
        paused(400, '{"error":"Group not found"}', "recipient"), paused(404, "", "url"),
        paused(429, '{"error":"Rate limited","challenge_tokens":["a"]}', "captcha"),
        parked(413),
    ], common=[row for row in COMMON if row.code != 429], test="GET /v1/about"),
    "telegram": Vendor('url = "{row}"  token_file = "bot"  to = { "-100123" }', [
        delivered(200, '{"ok":true,"result":{"message_id":56,"chat":{"id":-100123}}}',
                  "-100123:56"),
        delivered(200, '{"ok":true,"result":{"message_id":56}}', "56"),
        delivered(200, "<html>"),
        parked(200, '{"ok":false,"description":"odd"}', "odd"),
        parked(400, '{"ok":false,"error_code":400,"description":"Bad Request: message is '
                    'too long"}', "message is too long"),
        parked(400, '{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":-7}}'),
        paused(400, '{"ok":false,"error_code":400,"description":"Bad Request: chat not '
                    'found"}', "add the bot"),
        paused(401, '{"ok":false,"error_code":401,"description":"Unauthorized"}', "token"),
        paused(403, '{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked '
                    'from the supergroup chat"}', "kicked"),
        paused(404, '{"ok":false,"error_code":404,"description":"Not Found"}', "token"),
        again(429, '{"ok":false,"error_code":429,"description":"Too Many Requests: retry '
                   'after 90","parameters":{"retry_after":90}}', 80, "Too Many Requests"),
        again(500, '{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
    ], files={"bot": "4711:good-token"}, test=r"POST /bot4711:good-token/getChatMember\n"),
    "matrix": Vendor('url = "{row}"  token_file = "token"  room_id = "!abc:example.se"', [
        delivered(200, '{"event_id":"$abc"}', "$abc"), delivered(200, "<html>"),
        paused(401, '{"errcode":"M_UNKNOWN_TOKEN","error":"Unrecognised access token",'
                    '"soft_logout":true}', "M_UNKNOWN_TOKEN"),
        paused(403, '{"errcode":"M_FORBIDDEN","error":"User not in room"}', "let it join"),
        paused(404, '{"errcode":"M_UNRECOGNIZED"}', "url"), paused(405, "<html>", "url"),
        parked(400, '{"errcode":"M_BAD_JSON","error":"no"}', "M_BAD_JSON"),
        parked(413, '{"errcode":"M_TOO_LARGE"}', "M_TOO_LARGE"),
        again(429, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":90000}', 80,
              "M_LIMIT_EXCEEDED"),
    ], idempotent=True, test=r"GET /_matrix/client/v3/joined_rooms\n"),
    "ntfy": Vendor('url = "{row}"  topic = "drift"  token_file = "token"', [
        delivered(200, '{"id":"xE73Iyuabi","event":"message"}', "xE73Iyuabi"),
        delivered(200, "<html>"),
        paused(400, '{"code":40009,"http":400,"error":"invalid request: topic invalid"}',
               "set topic"),
        paused(401, '{"code":40101,"http":401,"error":"unauthorized"}', "token"),
        paused(403, '{"code":40301,"http":403,"error":"forbidden"}', "write access"),
        paused(404, '{"code":40401,"http":404,"error":"page not found"}', "url"),
        parked(400, '{"code":40017,"http":400,"error":"invalid request: request body must '
                    'be message JSON"}', "40017"),
        parked(413, '{"code":41303,"http":413,"error":"JSON body too large"}', "41303"),
        again(429, '{"code":42901,"http":429,"error":"limit reached: too many requests"}',
              says="42901"),
        again(429, '{"code":42908,"http":429,"error":"limit reached: too many messages"}',
              says="of this day are used up"),
        again(507, '{"code":50701,"http":507,"error":"cannot publish"}'),
    ], test=r"GET /v1/account\n"),
    "gotify": Vendor('url = "{row}"  token_file = "token"', [
        delivered(200, '{"id":25,"appid":5}', "25"), delivered(200, "<html>"),
        parked(400, '{"error":"Bad Request","errorCode":400,"errorDescription":"Field '
                    'message is required"}', "Field message is required"),
        paused(401, '{"error":"Unauthorized","errorCode":401}', "application"),
        paused(403, '{"error":"Forbidden","errorCode":403}', "application"),
        paused(404, '{"errorDescription":"page not found"}', "url"),
        paused(405, "<html>", "url"),
    ], test=r'(?s)POST /message\n.*TEST.*"priority":0'),
    "pushover": Vendor('url = "{row}"  token_file = "app"  user_key_file = "app"', [
        delivered(200, '{"status":1,"request":"647d2300-702c"}', "647d2300-702c"),
        delivered(200, "<html>"),
        parked(200, '{"status":0,"errors":["odd"]}', "odd"),
        parked(400, '{"status":0,"errors":["message cannot be blank"]}', "blank"),
        paused(400, '{"token":"invalid","errors":["application token is invalid"],'
                    '"status":0}', "token_file"),
        paused(400, '{"user":"invalid","errors":["user identifier is not a valid user, '
                    'group, or subscribed user key"],"status":0}', "user_key_file"),
        paused(400, '{"status":0,"errors":["user is valid but has no active devices"]}',
               "no device left"),
        paused(401, "", "token_file"), paused(404, "", "url"),
        again(429, '{"status":0,"errors":["application message limit reached"]}', 280,
              "of this month are used up", X_Limit_App_Reset=reset_at(300, "epoch")),
    ], files={"app": "good0token0good0token0good0tok"},
        test=r"POST /1/users/validate.json\n"),
    "webpush": Vendor('subscriptions_file = "subscriptions"  vapid_key_file = "vapid"\n'
                      '  subject = "mailto:drift@example.se"\n'
                      '  test_subscription_file = "test-subscription"', [
        delivered(201), delivered(200), delivered(202),
        Row(404, "", UNDELIVERABLE, says="404 Not Found"),
        Row(410, "push subscription has unsubscribed or expired.", UNDELIVERABLE,
            says="410 Gone"),
        parked(400, '{"reason":"VapidPkHashMismatch"}', "vapid_key_file"),
        parked(401, '{"errno":109,"message":"Invalid authorization"}', "vapid_key_file"),
        Row(403, '{"reason":"BadJwtToken"}', PENDING, says="another key"),
        parked(413),
        Row(503, '{"errno":201,"message":"back off"}', PENDING, wait=55),
    ], idempotent=True, common=OF_ONE,
        test=r"(?s)POST /push\n", files={
        "subscriptions": SUBSCRIPTION, "test-subscription": SUBSCRIPTION,
        "vapid": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"}),
}
