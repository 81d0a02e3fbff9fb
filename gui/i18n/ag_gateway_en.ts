<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>AccountRow</name>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AccountTools</name>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FirstRunGuide</name>
    <message numerus="yes">
        <source>%n account(s)</source>
        <translation>
            <numerusform>%n account</numerusform>
            <numerusform>%n accounts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MonitorTable</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountForm</name>
    <message numerus="yes">
        <source>%1 is set up: %n route(s)</source>
        <translation>
            <numerusform>%1 is set up: %n route</numerusform>
            <numerusform>%1 is set up: %n routes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountModel</name>
    <message numerus="yes">
        <source>%n ready</source>
        <translation>
            <numerusform>%n ready</numerusform>
            <numerusform>%n ready</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cooling down</source>
        <translation>
            <numerusform>%n cooling down</numerusform>
            <numerusform>%n cooling down</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n budget(s) spent</source>
        <translation>
            <numerusform>%n budget spent</numerusform>
            <numerusform>%n budgets spent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) attention</source>
        <translation>
            <numerusform>%n needs attention</numerusform>
            <numerusform>%n need attention</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n switched off</source>
        <translation>
            <numerusform>%n switched off</numerusform>
            <numerusform>%n switched off</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 works: %n model(s)</source>
        <translation>
            <numerusform>%1 works: %n model</numerusform>
            <numerusform>%1 works: %n models</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n account(s) work</source>
        <translation>
            <numerusform>%n account works</numerusform>
            <numerusform>All %n accounts work</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 work; %n failed:</source>
        <translation>
            <numerusform>%1 of %2 work; %n failed:</numerusform>
            <numerusform>%1 of %2 work; %n failed:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n account(s) removed</source>
        <translation>
            <numerusform>%n account removed</numerusform>
            <numerusform>%n accounts removed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountProbe</name>
    <message numerus="yes">
        <source>%n request(s), about %1 tokens in and at most %2 out</source>
        <translation>
            <numerusform>%n request, about %1 tokens in and at most %2 out</numerusform>
            <numerusform>%n requests, about %1 tokens in and at most %2 out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1; no list price for %n of them</source>
        <translation>
            <numerusform>%1; no list price for %n of them</numerusform>
            <numerusform>%1; no list price for %n of them</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1; %n not asked any more</source>
        <translation>
            <numerusform>%1; %n not asked any more</numerusform>
            <numerusform>%1; %n not asked any more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountExport</name>
    <message numerus="yes">
        <source>%n account(s) exported</source>
        <translation>
            <numerusform>%n account exported</numerusform>
            <numerusform>%n accounts exported</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountImport</name>
    <message numerus="yes">
        <source>Import %n account(s)</source>
        <translation>
            <numerusform>Import %n account</numerusform>
            <numerusform>Import %n accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n route(s)</source>
        <translation>
            <numerusform>Import %n route</numerusform>
            <numerusform>Import %n routes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n account(s)</source>
        <translation>
            <numerusform>%n account</numerusform>
            <numerusform>%n accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n route(s)</source>
        <translation>
            <numerusform>%n route</numerusform>
            <numerusform>%n routes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n account(s) imported</source>
        <translation>
            <numerusform>%n account imported</numerusform>
            <numerusform>%n accounts imported</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n account(s) imported to %1</source>
        <translation>
            <numerusform>%n account imported to %1</numerusform>
            <numerusform>%n accounts imported to %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ag::gui::RouteModel</name>
    <message numerus="yes">
        <source>%n route(s) written</source>
        <translation>
            <numerusform>%n route written</numerusform>
            <numerusform>%n routes written</numerusform>
        </translation>
    </message>
</context>
</TS>
