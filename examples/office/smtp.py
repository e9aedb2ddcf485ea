# smtp.py CERTIFICATE KEY: a mail server on port 25 that offers STARTTLS, accepts everything and keeps nothing.
import asyncio, ssl, sys
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(sys.argv[1], sys.argv[2])


async def serve():
    smtp = lambda: SMTP(Sink(), hostname='mail.example.org', tls_context=tls)
    await (await asyncio.get_running_loop().create_server(smtp, port=25)).serve_forever()

asyncio.run(serve())
