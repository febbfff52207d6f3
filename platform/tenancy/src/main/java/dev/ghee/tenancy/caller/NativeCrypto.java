package dev.ghee.tenancy.caller;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * Signatures by AWS-LC in place of Java's own: an RSA signature of 2,048 bits takes a quarter of the time, its check
 * half. Where the library does not load, Java's own stay; nothing but the speed differs.
 */
@ApplicationScoped
public class NativeCrypto {

    void atStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (!install()) {
            Log.info("Signatures are made in Java: no native library for this system");
        }
    }

    /** Makes it the first choice of this process. Whether it is; calling again changes nothing. */
    public static boolean install() {
        try {
            if (AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() != null) {
                return false;
            }
            AmazonCorrettoCryptoProvider.install();
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }
}
