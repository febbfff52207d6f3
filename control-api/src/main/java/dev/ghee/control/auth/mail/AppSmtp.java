package dev.ghee.control.auth.mail;

import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.policy.SmtpPolicy;
import dev.ghee.outbound.GuardedSockets;
import dev.ghee.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;

/**
 * Sends through an app's own mail server, on a connection of its own. Nothing in the platform's network can be reached
 * so, unless it is trusted. Blocks: call from a virtual thread.
 */
@ApplicationScoped
class AppSmtp {
    private static final String TIMEOUT_MILLIS = "5000";
    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final GuardedSockets sockets;
    private final MasterKey key;

    AppSmtp(GuardedSockets sockets, MasterKey key) {
        this.sockets = sockets;
        this.key = key;
    }

    /** The password as it is stored. */
    String seal(AppId app, String password) {
        return key.seal(password.getBytes(StandardCharsets.UTF_8), owner(app));
    }

    /** Returns when the server has taken the mail. */
    void send(AppId app, SmtpPolicy server, Message message) throws MessagingException {
        Session session = Session.getInstance(properties(server));
        MimeMessage mail = new MimeMessage(session);
        mail.setFrom(new InternetAddress(server.from(), true));
        mail.setRecipient(RecipientType.TO, new InternetAddress(message.to(), true));
        mail.setSubject(message.subject(), UTF_8);
        mail.setSentDate(Date.from(Instant.now()));
        if (message.html() == null) {
            mail.setText(message.text(), UTF_8);
        } else {
            mail.setContent(alternatives(message.text(), message.html()));
        }
        mail.saveChanges();
        String secret = server.sealedSecret();
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect(
                    server.host(),
                    server.port(),
                    server.username(),
                    secret == null ? null : new String(key.open(secret, owner(app)), StandardCharsets.UTF_8));
            transport.sendMessage(mail, mail.getAllRecipients());
        }
    }

    private static MimeMultipart alternatives(String text, String html) throws MessagingException {
        MimeBodyPart plain = new MimeBodyPart();
        plain.setText(text, UTF_8);
        MimeBodyPart rich = new MimeBodyPart();
        rich.setText(html, UTF_8, "html");
        return new MimeMultipart("alternative", plain, rich);
    }

    private Properties properties(SmtpPolicy server) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.timeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.auth", Boolean.toString(server.username() != null));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        boolean startTls = server.security() == SmtpPolicy.Security.STARTTLS;
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(startTls));
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(startTls));
        properties.setProperty("mail.smtp.ssl.enable", Boolean.toString(server.security() == SmtpPolicy.Security.TLS));
        // Also with TLS from the first byte: what gives no TLS socket is wrapped in one after it has connected.
        properties.put("mail.smtp.socketFactory", sockets);
        properties.put("mail.smtp.ssl.socketFactory", sockets);
        properties.setProperty("mail.smtp.socketFactory.fallback", "false");
        return properties;
    }

    private static String owner(AppId app) {
        return "smtp " + app.value();
    }
}
