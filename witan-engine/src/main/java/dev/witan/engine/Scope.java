// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

import java.util.Iterator;

/// The lifetime of the native objects that a block of code makes.
///
/// Everything made on this thread while a scope is the innermost one is freed when it closes,
/// unless it was handed to the enclosing scope with [#keep] or taken out of all scopes with
/// [#release]. Scopes nest and are confined to the thread that opened them.
///
/// ```java
/// try (Scope scope = Scope.open()) {
///     Tensor hidden = torch.mm(x, w);          // freed at the end
///     return scope.keep(torch.relu(hidden));   // belongs to the caller's scope
/// }
/// ```
public final class Scope implements AutoCloseable {
    private final @Nullable PointerScope enclosing;
    private final PointerScope inner;

    private Scope() {
        Iterator<PointerScope> scopes = PointerScope.getScopeIterator();
        this.enclosing = scopes != null && scopes.hasNext() ? scopes.next() : null;
        this.inner = new PointerScope();
    }

    /// Opens a scope inside the thread's current one.
    public static Scope open() {
        return new Scope();
    }

    /// Hands `object` to the enclosing scope, or to the garbage collector if there is none.
    public <T extends Pointer> T keep(T object) {
        if (enclosing == null) {
            return release(object);
        }
        enclosing.attach(object);
        inner.detach(object);
        return object;
    }

    /// Takes `object` out of the thread's innermost scope: whoever calls owns it and frees it with
    /// `close()`, or leaves it to the garbage collector.
    public static <T extends Pointer> T release(T object) {
        PointerScope scope = PointerScope.getInnerScope();
        if (scope != null) {
            object.retainReference();
            scope.detach(object);
        }
        return object;
    }

    @Override
    public void close() {
        inner.close();
    }
}
