// SPDX-License-Identifier: MIT
package example;

class FixedLoaderTest extends LoaderTest {
    FixedLoaderTest() {
        super(new FixedLoader());
    }
}
