<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AccountDrawer</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>This account cannot be shown</source>
        <translation>无法显示此账号</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Remaining limits</source>
        <translation>剩余额度</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>AccountMenu</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>重新登录…</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Clear cooldowns</source>
        <translation>结束暂停</translation>
    </message>
</context>
<context>
    <name>AccountRow</name>
    <message>
        <source>Select %1</source>
        <translation>选择 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n 个进行中</numerusform>
        </translation>
    </message>
    <message>
        <source>prio %1 · ×%2</source>
        <translation>优先级 %1 · ×%2</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>启用 %1</translation>
    </message>
    <message>
        <source>More for %1</source>
        <translation>“%1”的更多操作</translation>
    </message>
    <message>
        <source>Drag it: accounts further up are used first</source>
        <translation>拖动排序：排在上面的账号优先使用</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>沙盒</translation>
    </message>
    <message>
        <source>being tested</source>
        <translation>正在测试</translation>
    </message>
</context>
<context>
    <name>AccountTools</name>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Search accounts</source>
        <translation>搜索账号</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>所有状态</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>Cooling down</source>
        <translation>冷却中</translation>
    </message>
    <message>
        <source>Need you</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>All providers</source>
        <translation>所有提供商</translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>已选 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Switch on</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Budget spent</source>
        <translation>预算已用完</translation>
    </message>
    <message>
        <source>Clear cooldowns</source>
        <translation>结束暂停</translation>
    </message>
</context>
<context>
    <name>AccountsPage</name>
    <message>
        <source>Accounts</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Whose keys and sign-ins your requests run on.</source>
        <translation>请求所使用的密钥和登录。</translation>
    </message>
    <message>
        <source>Export accounts…</source>
        <translation>导出账号…</translation>
    </message>
    <message>
        <source>Add account</source>
        <translation>添加账号</translation>
    </message>
    <message>
        <source>No account matches</source>
        <translation>没有匹配的账号</translation>
    </message>
    <message>
        <source>None has this name, state and provider.</source>
        <translation>没有符合此名称、状态和提供商的账号。</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>No accounts yet</source>
        <translation>还没有账号</translation>
    </message>
    <message>
        <source>Add an API key, sign in with Google, or import the accounts of another machine. Keys are sealed on this machine and never shown again.</source>
        <translation>添加 API 密钥、用 Google 登录，或从另一台机器导入账号。密钥加密保存在本机，之后不再显示。</translation>
    </message>
    <message>
        <source>Reading the accounts…</source>
        <translation>正在读取账号…</translation>
    </message>
    <message>
        <source>The gateway does not answer</source>
        <translation>网关没有响应</translation>
    </message>
    <message>
        <source>The accounts are shown as soon as gatewayd runs.</source>
        <translation>gatewayd 运行后即显示账号。</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Provider and key</source>
        <translation>提供商与密钥</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>上次使用</translation>
    </message>
    <message>
        <source>Priority and weight</source>
        <translation>优先级与权重</translation>
    </message>
</context>
<context>
    <name>AddAccountDialog</name>
    <message>
        <source>Add account</source>
        <translation>添加账号</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API 密钥</translation>
    </message>
    <message>
        <source>Google sign-in</source>
        <translation>Google 登录</translation>
    </message>
    <message>
        <source>Refresh tokens</source>
        <translation>刷新令牌</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>密钥文件</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Keep anyway</source>
        <translation>仍然保留</translation>
    </message>
    <message>
        <source>Remove and correct it</source>
        <translation>移除并修改</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>AddByFile</name>
    <message>
        <source>Test and add</source>
        <translation>测试并添加</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>密钥文件</translation>
    </message>
    <message>
        <source>The JSON key of a service account, or an &quot;authorized_user&quot; file of gcloud. At most 64 KB.</source>
        <translation>服务账号的 JSON 密钥，或 gcloud 的 &quot;authorized_user&quot; 文件。最大 64 KB。</translation>
    </message>
    <message>
        <source>No file chosen</source>
        <translation>未选择文件</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Name (optional)</source>
        <translation>名称（可选）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Cloud project (optional)</source>
        <translation>云项目（可选）</translation>
    </message>
    <message>
        <source>as the file says</source>
        <translation>以文件为准</translation>
    </message>
    <message>
        <source>Region (optional)</source>
        <translation>区域（可选）</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON 文件 (*.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>AddByImport</name>
    <message>
        <source>Show what is in it</source>
        <translation>查看内容</translation>
    </message>
    <message>
        <source>No file chosen</source>
        <translation>未选择文件</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Its passphrase</source>
        <translation>文件口令</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>What is in the file</source>
        <translation>文件内容</translation>
    </message>
    <message>
        <source>Nobody has asked the providers yet: choose the new accounts in the list, then Test.</source>
        <translation>尚未向提供商验证：请在列表中选中新账号，然后点“测试”。</translation>
    </message>
    <message>
        <source>A file that this app or &quot;agctl accounts export&quot; has written, or the configuration of LiteLLM (config.yaml), CLIProxyAPI (config.yaml) or claude-code-router (config.json). You see what is in it before anything is added.</source>
        <translation>由本应用或“agctl accounts export”导出的文件，或 LiteLLM（config.yaml）、CLIProxyAPI（config.yaml）、claude-code-router（config.json）的配置。添加前会先显示其中内容。</translation>
    </message>
    <message>
        <source>File with accounts</source>
        <translation>选择账号文件</translation>
    </message>
</context>
<context>
    <name>AddByKey</name>
    <message>
        <source>Test and add</source>
        <translation>测试并添加</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API 密钥</translation>
    </message>
    <message>
        <source>Paste it: the provider is recognised by how it begins. It is sealed on the gateway&apos;s machine.</source>
        <translation>粘贴即可：根据开头自动识别提供商。密钥加密保存在网关所在的机器上。</translation>
    </message>
    <message>
        <source>Hide the key</source>
        <translation>隐藏密钥</translation>
    </message>
    <message>
        <source>Show the key</source>
        <translation>显示密钥</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Where its keys are made</source>
        <translation>获取密钥的页面</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>such as %1-2</source>
        <translation>例如 %1-2</translation>
    </message>
    <message>
        <source>Base URL</source>
        <translation>Base URL</translation>
    </message>
    <message>
        <source>Base URL (optional)</source>
        <translation>Base URL（可选）</translation>
    </message>
    <message>
        <source>Keys that begin with sk- are handed out by several providers: %1. Choose whose yours is; it is sent to no other.</source>
        <translation>以 sk- 开头的密钥由多家提供商发放：%1。请选择它属于哪一家；不会发送给其他提供商。</translation>
    </message>
    <message>
        <source>Name (optional)</source>
        <translation>名称（可选）</translation>
    </message>
</context>
<context>
    <name>AddBySignIn</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Name (optional)</source>
        <translation>名称（可选）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>OAuth client ID</source>
        <translation>OAuth 客户端 ID</translation>
    </message>
    <message>
        <source>Of your own client, of the type &quot;desktop app&quot;.</source>
        <translation>你自己的客户端，类型为“桌面应用”。</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>客户端密钥</translation>
    </message>
    <message>
        <source>Cloud project (optional)</source>
        <translation>云项目（可选）</translation>
    </message>
    <message>
        <source>Cloud project</source>
        <translation>云项目</translation>
    </message>
    <message>
        <source>Region (optional)</source>
        <translation>区域（可选）</translation>
    </message>
    <message>
        <source>How to make an OAuth client</source>
        <translation>如何创建 OAuth 客户端</translation>
    </message>
</context>
<context>
    <name>AddByTokens</name>
    <message>
        <source>Test and add</source>
        <translation>测试并添加</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Name (optional)</source>
        <translation>名称（可选）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>OAuth client ID</source>
        <translation>OAuth 客户端 ID</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>客户端密钥</translation>
    </message>
    <message>
        <source>Refresh tokens</source>
        <translation>刷新令牌</translation>
    </message>
    <message>
        <source>Cloud project (optional)</source>
        <translation>云项目（可选）</translation>
    </message>
    <message>
        <source>Vertex AI needs one.</source>
        <translation>Vertex AI 必须填写。</translation>
    </message>
    <message>
        <source>Region (optional)</source>
        <translation>区域（可选）</translation>
    </message>
    <message>
        <source>One per line; each becomes an account.</source>
        <translation>每行一个，每个对应一个账号。</translation>
    </message>
</context>
<context>
    <name>AdvancedHeader</name>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>Who may call, time limits, resources, control from other machines</source>
        <translation>访问许可、时限、资源、远程控制</translation>
    </message>
</context>
<context>
    <name>AgDialog</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>ConfirmDialog</name>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Connection</name>
    <message>
        <source>The gateway at %1 refuses the token: it must be the one in its control.token.</source>
        <translation>%1 的网关拒绝了该令牌：必须与其 control.token 中的一致。</translation>
    </message>
    <message>
        <source>The certificate of %1 was made for other names: its subjectAltName must have this one.</source>
        <translation>%1 的证书是为其他名称签发的：其 subjectAltName 必须包含此名称。</translation>
    </message>
    <message>
        <source>The certificate of %1 is not trusted: choose the CA certificate that it was made with, such as the gateway&apos;s control.crt.</source>
        <translation>%1 的证书不受信任：请选择签发它的 CA 证书，例如网关的 control.crt。</translation>
    </message>
    <message>
        <source>There is no machine of this name: %1</source>
        <translation>没有名为此的机器：%1</translation>
    </message>
    <message>
        <source>Nothing answers at %1. Does gatewayd run there with --control tcp:…, and does a firewall let this machine in?</source>
        <translation>%1 没有响应。那里的 gatewayd 是否以 --control tcp:… 运行，防火墙是否允许本机访问？</translation>
    </message>
    <message>
        <source>the gateway at %1</source>
        <translation>位于 %1 的网关</translation>
    </message>
    <message>
        <source>the gateway of this machine</source>
        <translation>本机的网关</translation>
    </message>
</context>
<context>
    <name>ConnectionCard</name>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Connection…</source>
        <translation>连接…</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Control service</source>
        <translation>控制服务</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
</context>
<context>
    <name>ConnectionDialog</name>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Another machine</source>
        <translation>另一台机器</translation>
    </message>
    <message>
        <source>The gatewayd of this machine, on a socket that only you can open. Nothing needs to be set up.</source>
        <translation>本机的 gatewayd，通过只有你能打开的套接字连接，无需任何设置。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Where gatewayd --control tcp:… listens there.</source>
        <translation>那台机器上 gatewayd --control tcp:… 监听的地址。</translation>
    </message>
    <message>
        <source>CA certificate</source>
        <translation>CA 证书</translation>
    </message>
    <message>
        <source>A copy of its control.crt. Empty = the authorities that this system trusts.</source>
        <translation>其 control.crt 的副本。留空 = 使用系统信任的证书颁发机构。</translation>
    </message>
    <message>
        <source>the system&apos;s</source>
        <translation>系统默认</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>What its control.token holds. It is kept in a file that only you can read.</source>
        <translation>其 control.token 的内容，保存在只有你能读取的文件中。</translation>
    </message>
    <message>
        <source>as in the file below</source>
        <translation>与下方文件相同</translation>
    </message>
    <message>
        <source>Or the file with the token</source>
        <translation>或令牌文件</translation>
    </message>
    <message>
        <source>Token file</source>
        <translation>令牌文件</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>PEM files (*.pem *.crt *.cer)</source>
        <translation>PEM 文件 (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>DaemonBanner</name>
    <message>
        <source>Starting gatewayd…</source>
        <translation>正在启动 gatewayd…</translation>
    </message>
    <message>
        <source>The connection to gatewayd is lost. It is taken up again as soon as it answers.</source>
        <translation>与 gatewayd 的连接已断开，待其响应后自动恢复。</translation>
    </message>
    <message>
        <source>gatewayd is not running.</source>
        <translation>gatewayd 未运行。</translation>
    </message>
    <message>
        <source>Start gatewayd</source>
        <translation>启动 gatewayd</translation>
    </message>
    <message>
        <source>Connection…</source>
        <translation>连接…</translation>
    </message>
</context>
<context>
    <name>DashboardPage</name>
    <message>
        <source>Dashboard</source>
        <translation>仪表盘</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>All accounts</source>
        <translation>所有账号</translation>
    </message>
    <message>
        <source>No account yet</source>
        <translation>还没有账号</translation>
    </message>
    <message>
        <source>Add an API key or sign in, and your clients have somebody to talk to.</source>
        <translation>添加 API 密钥或登录账号，客户端即可开始使用。</translation>
    </message>
    <message>
        <source>Add account</source>
        <translation>添加账号</translation>
    </message>
    <message>
        <source>No provider has named a limit yet: they come with the first answers.</source>
        <translation>还没有提供商给出限额：收到首批响应后即会显示。</translation>
    </message>
    <message>
        <source>Reading what runs…</source>
        <translation>正在读取运行状况…</translation>
    </message>
    <message>
        <source>The gateway does not answer</source>
        <translation>网关没有响应</translation>
    </message>
    <message>
        <source>What runs and what is left is shown as soon as gatewayd runs.</source>
        <translation>gatewayd 运行后，这里会显示运行状况和剩余额度。</translation>
    </message>
    <message>
        <source>Show these accounts</source>
        <translation>显示这些账号</translation>
    </message>
    <message>
        <source>What runs, what is left, and what needs attention.</source>
        <translation>运行情况、剩余额度和待处理事项。</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Remaining limits</source>
        <translation>剩余额度</translation>
    </message>
</context>
<context>
    <name>EditAccountDialog</name>
    <message>
        <source>no limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Edit account</source>
        <translation>编辑账号</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Higher ones are used first.</source>
        <translation>数值大的优先使用。</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Its share among equals.</source>
        <translation>同级账号之间的分配比例。</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新密钥</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Base URL</source>
        <translation>Base URL</translation>
    </message>
    <message>
        <source>Your own limits</source>
        <translation>自定限额</translation>
    </message>
    <message>
        <source>Kept by the gateway, so that one account is never used up. Empty = none.</source>
        <translation>由网关执行，避免用尽某个账号。留空表示不限。</translation>
    </message>
    <message>
        <source>a minute</source>
        <translation>每分钟</translation>
    </message>
    <message>
        <source>a day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>a month</source>
        <translation>每月</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Requests a minute</source>
        <translation>每分钟请求数</translation>
    </message>
    <message>
        <source>Requests a day</source>
        <translation>每天请求数</translation>
    </message>
    <message>
        <source>Requests a month</source>
        <translation>每月请求数</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Tokens a minute</source>
        <translation>每分钟 token 数</translation>
    </message>
    <message>
        <source>Tokens a day</source>
        <translation>每天 token 数</translation>
    </message>
    <message>
        <source>Tokens a month</source>
        <translation>每月 token 数</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>预留</translation>
    </message>
    <message>
        <source>Reserve in percent</source>
        <translation>预留百分比</translation>
    </message>
    <message>
        <source>% of each limit is left alone.</source>
        <translation>%，每项限额都留出这一部分不用。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>US dollars</source>
        <translation>美元</translation>
    </message>
    <message>
        <source>US dollars a minute</source>
        <translation>每分钟美元</translation>
    </message>
    <message>
        <source>US dollars a day</source>
        <translation>每天美元</translation>
    </message>
    <message>
        <source>US dollars a month</source>
        <translation>每月美元</translation>
    </message>
    <message>
        <source>New key file</source>
        <translation>新的密钥文件</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>密钥文件</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON 文件 (*.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Cloud project</source>
        <translation>云项目</translation>
    </message>
    <message>
        <source>Accounts of one project share its limits.</source>
        <translation>同一项目的账号共享其限额。</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Quota group</source>
        <translation>配额组</translation>
    </message>
    <message>
        <source>Accounts of one group pause and run out together.</source>
        <translation>同组账号一起暂停，也一起用尽限额。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>EgressFields</name>
    <message>
        <source>Outgoing proxy and CA file</source>
        <translation>出站代理与 CA 文件</translation>
    </message>
    <message>
        <source>As all accounts</source>
        <translation>与所有账号相同</translation>
    </message>
    <message>
        <source>No proxy</source>
        <translation>不用代理</translation>
    </message>
    <message>
        <source>Its own proxy</source>
        <translation>专用代理</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Not for</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>CA file (optional)</source>
        <translation>CA 文件（可选）</translation>
    </message>
    <message>
        <source>PEM file on the gateway&apos;s machine, for a company proxy that opens TLS.</source>
        <translation>网关所在机器上的 PEM 文件，用于会解密 TLS 的公司代理。</translation>
    </message>
    <message>
        <source>as all accounts</source>
        <translation>与所有账号相同</translation>
    </message>
    <message>
        <source>CA file</source>
        <translation>CA 文件</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>PEM files (*.pem *.crt *.cer)</source>
        <translation>PEM 文件 (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Outgoing connection</source>
        <translation>出站方式</translation>
    </message>
</context>
<context>
    <name>EndpointCard</name>
    <message>
        <source>Endpoint</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>正在监听 %1</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Base URL</source>
        <translation>Base URL</translation>
    </message>
    <message>
        <source>OpenAI, Anthropic and Gemini clients all use this one.</source>
        <translation>OpenAI、Anthropic 和 Gemini 客户端均使用此地址。</translation>
    </message>
    <message>
        <source>Copy the base URL</source>
        <translation>复制 Base URL</translation>
    </message>
    <message>
        <source>Gateway key</source>
        <translation>网关密钥</translation>
    </message>
    <message>
        <source>Clients present it when authentication is on.</source>
        <translation>启用身份验证后，客户端需提供此密钥。</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Copy the key</source>
        <translation>复制密钥</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新密钥</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>身份验证</translation>
    </message>
    <message>
        <source>Programs on this machine need no key. Web pages are still refused.</source>
        <translation>本机程序无需密钥，网页请求仍会被拒绝。</translation>
    </message>
    <message>
        <source>Programs on this machine need no key, others in the network do.</source>
        <translation>本机程序无需密钥，网络中的其他机器需要。</translation>
    </message>
    <message>
        <source>Every request needs the key.</source>
        <translation>所有请求都需要密钥。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>严格</translation>
    </message>
    <message>
        <source>Let other machines in the network use it</source>
        <translation>允许网络中的其他机器使用</translation>
    </message>
    <message>
        <source>Only programs on the gateway&apos;s own machine reach it: let other machines use it, below.</source>
        <translation>只有网关所在机器上的程序能访问：请在下方允许其他机器使用。</translation>
    </message>
    <message>
        <source>Other machines enter one of these as the base URL, with the gateway key:</source>
        <translation>其他机器使用以下任一地址作为 Base URL，并附上网关密钥：</translation>
    </message>
    <message>
        <source>This machine has no address in a network now.</source>
        <translation>本机目前没有网络地址。</translation>
    </message>
    <message>
        <source>Base URL for other machines, by %1</source>
        <translation>供其他机器使用的 Base URL（%1）</translation>
    </message>
    <message>
        <source>Copy this base URL</source>
        <translation>复制此 Base URL</translation>
    </message>
    <message>
        <source>All except health check</source>
        <translation>健康检查除外</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export accounts</source>
        <translation>导出账号</translation>
    </message>
    <message>
        <source>All accounts with their keys and sign-ins, in one file. Whoever has the file and the passphrase has the accounts.</source>
        <translation>将所有账号及其密钥和登录信息保存到一个文件。任何人拿到文件和口令，就拿到了这些账号。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>At least eight characters. Nobody can recover it.</source>
        <translation>至少 8 个字符。遗忘后无法找回。</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>Passphrase once more</source>
        <translation>再次输入口令</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>FactsCard</name>
    <message>
        <source>Facts</source>
        <translation>基本信息</translation>
    </message>
</context>
<context>
    <name>Failure</name>
    <message>
        <source>API key</source>
        <translation>API 密钥</translation>
    </message>
    <message>
        <source>Base URL</source>
        <translation>Base URL</translation>
    </message>
    <message>
        <source>CA file</source>
        <translation>CA 文件</translation>
    </message>
    <message>
        <source>Client ID</source>
        <translation>客户端 ID</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>客户端密钥</translation>
    </message>
    <message>
        <source>Code of the sign-in</source>
        <translation>登录验证码</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>密钥文件</translation>
    </message>
    <message>
        <source>End of the key</source>
        <translation>密钥的到期时间</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Name of the account</source>
        <translation>账号名称</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>匹配模式</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Outgoing proxy</source>
        <translation>出站代理</translation>
    </message>
    <message>
        <source>Reasoning effort</source>
        <translation>推理强度</translation>
    </message>
    <message>
        <source>Refresh token</source>
        <translation>刷新令牌</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>预留</translation>
    </message>
    <message>
        <source>Thinking budget</source>
        <translation>思考预算</translation>
    </message>
    <message>
        <source>Token address</source>
        <translation>令牌地址</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>The gateway does not answer</source>
        <translation>网关没有响应</translation>
    </message>
    <message>
        <source>The gateway refuses the token</source>
        <translation>网关拒绝了令牌</translation>
    </message>
    <message>
        <source>It is not there (any more)</source>
        <translation>它不存在（或已被删除）</translation>
    </message>
    <message>
        <source>It was changed elsewhere meanwhile</source>
        <translation>它刚才已在别处被修改</translation>
    </message>
    <message>
        <source>The gateway took too long to answer</source>
        <translation>网关响应超时</translation>
    </message>
    <message>
        <source>%1 is not accepted</source>
        <translation>“%1”未被接受</translation>
    </message>
    <message>
        <source>It has failed</source>
        <translation>操作失败</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>“%1”</translation>
    </message>
    <message>
        <source>%1: “%2”</source>
        <translation>%1：“%2”</translation>
    </message>
    <message>
        <source>connection refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>the connection was closed</source>
        <translation>连接被关闭</translation>
    </message>
    <message>
        <source>there is no machine of this name</source>
        <translation>找不到该名称的主机</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <translation>超时未响应</translation>
    </message>
    <message>
        <source>Quota group</source>
        <translation>配额组</translation>
    </message>
</context>
<context>
    <name>FirstRunGuide</name>
    <message>
        <source>Welcome to AG Gateway</source>
        <translation>欢迎使用 AG Gateway</translation>
    </message>
    <message>
        <source>One address on this machine for all your AI clients. Four steps, and the first request runs.</source>
        <translation>本机一个地址，供所有 AI 客户端使用。只需四步，即可发出第一个请求。</translation>
    </message>
    <message>
        <source>Start the gateway</source>
        <translation>启动网关</translation>
    </message>
    <message>
        <source>gatewayd %1 is running.</source>
        <translation>gatewayd %1 正在运行。</translation>
    </message>
    <message>
        <source>It runs in the background and serves your clients.</source>
        <translation>在后台运行，为客户端提供服务。</translation>
    </message>
    <message>
        <source>Start gatewayd</source>
        <translation>启动 gatewayd</translation>
    </message>
    <message>
        <source>Try the sandbox</source>
        <translation>试用沙盒</translation>
    </message>
    <message>
        <source>A built-in provider: no key and no network needed</source>
        <translation>内置提供商：无需密钥，也无需网络</translation>
    </message>
    <message>
        <source>Add an account</source>
        <translation>添加账号</translation>
    </message>
    <message numerus="yes">
        <source>%n account(s)</source>
        <translation>
            <numerusform>%n 个账号</numerusform>
        </translation>
    </message>
    <message>
        <source>An API key, or a sign-in with Google.</source>
        <translation>API 密钥，或使用 Google 登录。</translation>
    </message>
    <message>
        <source>Add account</source>
        <translation>添加账号</translation>
    </message>
    <message>
        <source>Start the proxy</source>
        <translation>启动代理</translation>
    </message>
    <message>
        <source>%1 answers.</source>
        <translation>%1 响应正常。</translation>
    </message>
    <message>
        <source>Opens the address for your clients.</source>
        <translation>开放供客户端使用的地址。</translation>
    </message>
    <message>
        <source>Start proxy</source>
        <translation>启动代理</translation>
    </message>
    <message>
        <source>Connect a client</source>
        <translation>连接客户端</translation>
    </message>
    <message>
        <source>Show me how</source>
        <translation>查看方法</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Copy the lines for your client and paste them, or see first what comes back.</source>
        <translation>复制客户端对应的配置并粘贴，或先看看请求的结果。</translation>
    </message>
    <message>
        <source>Send a test request</source>
        <translation>发送测试请求</translation>
    </message>
    <message>
        <source>Open API Proxy</source>
        <translation>打开“API 代理”</translation>
    </message>
    <message>
        <source>Copy the lines for a client on that machine and paste them there.</source>
        <translation>复制那台机器上客户端所用的配置，并粘贴到那里。</translation>
    </message>
</context>
<context>
    <name>HistoryCard</name>
    <message>
        <source>What happened</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Nothing yet: it has been as it is now since the history begins.</source>
        <translation>暂无记录：自有历史记录以来，状态一直未变。</translation>
    </message>
</context>
<context>
    <name>Import</name>
    <message>
        <source>%1 was not taken over.</source>
        <translation>未导入 %1。</translation>
    </message>
    <message>
        <source>%1 was not taken over. If all accounts need it, enter it in Settings as the outgoing proxy.</source>
        <translation>未导入 %1。如果所有账号都需要它，请在“设置”中填写为出站代理。</translation>
    </message>
    <message>
        <source>The sign-ins in %1 belong to other products and are not taken over. Add accounts of your own.</source>
        <translation>%1 中的登录属于其他产品，不会导入。请添加您自己的账号。</translation>
    </message>
    <message>
        <source>%1: its key is in the variable %2, which is not set where this app runs. Start the app where it is set and import again, or add the account with its key.</source>
        <translation>%1：密钥取自变量 %2，但本应用的运行环境没有设置它。请在设置了该变量的环境中启动本应用后重新导入，或直接用密钥添加账号。</translation>
    </message>
    <message>
        <source>%1: there is no key, which %2 needs.</source>
        <translation>%1：缺少 %2 所需的密钥。</translation>
    </message>
    <message>
        <source>%1 was not taken over: it needs %2.</source>
        <translation>未导入 %1：缺少 %2。</translation>
    </message>
    <message>
        <source>%1: there is no provider “%2” here.</source>
        <translation>%1：这里没有提供商“%2”。</translation>
    </message>
    <message>
        <source>%1: a wildcard that changes names was not taken over. Ask for the models by their own names.</source>
        <translation>%1：会改变名称的通配符不导入。请用模型本来的名称请求。</translation>
    </message>
    <message>
        <source>The fallbacks of “%1” name models that are not in the file.</source>
        <translation>“%1”的备用模型不在此文件中。</translation>
    </message>
    <message>
        <source>The fallbacks of “%1” for prompts that are too long were not taken over: a route here does not change the model for those.</source>
        <translation>未导入“%1”用于超长提示词的备用模型：这里的路由不会因提示词过长而更换模型。</translation>
    </message>
    <message>
        <source>The alias “%1” names no model of the file.</source>
        <translation>别名“%1”指向的模型不在此文件中。</translation>
    </message>
    <message>
        <source>“%1” names no provider of the file.</source>
        <translation>“%1”指向的提供商不在此文件中。</translation>
    </message>
    <message>
        <source>There is a route for %1 already, which stays.</source>
        <translation>%1 已有路由，保持不变。</translation>
    </message>
    <message>
        <source>will be added</source>
        <translation>将添加</translation>
    </message>
    <message>
        <source>added</source>
        <translation>已添加</translation>
    </message>
    <message>
        <source>is here already</source>
        <translation>已存在</translation>
    </message>
    <message>
        <source>cannot be added</source>
        <translation>无法添加</translation>
    </message>
    <message>
        <source>was not added</source>
        <translation>未能添加</translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <translation>第 %1 行：%2</translation>
    </message>
</context>
<context>
    <name>KeyDialog</name>
    <message>
        <source>no limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>New client key</source>
        <translation>新建客户端密钥</translation>
    </message>
    <message>
        <source>Edit client key</source>
        <translation>编辑客户端密钥</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Whom or what it is for.</source>
        <translation>供谁或什么程序使用。</translation>
    </message>
    <message>
        <source>laptop</source>
        <translation>笔记本电脑</translation>
    </message>
    <message>
        <source>2030-12-31, or 30d from now. Empty = never.</source>
        <translation>2030-12-31，或 30d（30 天后）。留空 = 永不到期。</translation>
    </message>
    <message>
        <source>never</source>
        <translation>永不</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Budgets</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>In calendar minutes, days and months of UTC. Beyond them its requests are refused until the period ends.</source>
        <translation>按 UTC 的自然分钟、日、月计算。超出后，在该周期结束前拒绝其请求。</translation>
    </message>
    <message>
        <source>a minute</source>
        <translation>每分钟</translation>
    </message>
    <message>
        <source>a day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>a month</source>
        <translation>每月</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Requests a minute</source>
        <translation>每分钟请求数</translation>
    </message>
    <message>
        <source>Requests a day</source>
        <translation>每天请求数</translation>
    </message>
    <message>
        <source>Requests a month</source>
        <translation>每月请求数</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Tokens a minute</source>
        <translation>每分钟 token 数</translation>
    </message>
    <message>
        <source>Tokens a day</source>
        <translation>每天 token 数</translation>
    </message>
    <message>
        <source>Tokens a month</source>
        <translation>每月 token 数</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>US dollars</source>
        <translation>美元</translation>
    </message>
    <message>
        <source>US dollars a minute</source>
        <translation>每分钟美元</translation>
    </message>
    <message>
        <source>US dollars a day</source>
        <translation>每天美元</translation>
    </message>
    <message>
        <source>US dollars a month</source>
        <translation>每月美元</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期时间</translation>
    </message>
    <message>
        <source>Which model names it may ask for, one per line: names, patterns with * and ?, or ~ and a regular expression.</source>
        <translation>允许请求的模型名，每行一个：名称、含 * 和 ? 的模式，或 ~ 加正则表达式。</translation>
    </message>
    <message>
        <source>Create key</source>
        <translation>创建密钥</translation>
    </message>
</context>
<context>
    <name>KeyFile</name>
    <message>
        <source>Service account %1, project %2</source>
        <translation>服务账号 %1，项目 %2</translation>
    </message>
    <message>
        <source>A user&apos;s sign-in of the OAuth client %1</source>
        <translation>OAuth 客户端 %1 的用户登录</translation>
    </message>
    <message>
        <source>The file cannot be read: %1</source>
        <translation>无法读取文件：%1</translation>
    </message>
    <message>
        <source>The file is larger than 64 KB: it is no key file.</source>
        <translation>文件超过 64 KB，不是密钥文件。</translation>
    </message>
    <message>
        <source>This is neither a service account&apos;s key nor an &quot;authorized_user&quot; file.</source>
        <translation>这既不是服务账号密钥，也不是“authorized_user”文件。</translation>
    </message>
</context>
<context>
    <name>KeyRow</name>
    <message>
        <source>Let %1 in</source>
        <translation>允许 %1 使用</translation>
    </message>
    <message>
        <source>Edit %1</source>
        <translation>编辑 %1</translation>
    </message>
    <message>
        <source>New secret for %1</source>
        <translation>为 %1 更换密钥</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
</context>
<context>
    <name>KeySecretDialog</name>
    <message>
        <source>Key for %1</source>
        <translation>%1 的密钥</translation>
    </message>
    <message>
        <source>Copy it now: the gateway keeps only its hash and cannot show it again.</source>
        <translation>请立即复制：网关只保存其哈希值，之后无法再次显示。</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>KeysCard</name>
    <message>
        <source>Client keys</source>
        <translation>客户端密钥</translation>
    </message>
    <message>
        <source>One for each person, machine or program, with an end, models and budgets of its own.</source>
        <translation>每个人、每台机器或每个程序一个，各有自己的到期时间、模型和预算。</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新密钥</translation>
    </message>
    <message>
        <source>Only the gateway key</source>
        <translation>只有网关密钥</translation>
    </message>
    <message>
        <source>Make a key for each client, and you see who uses what, can bound it, and can lock one out alone.</source>
        <translation>为每个客户端创建密钥，就能看到谁用了多少、加以限制，并可单独停用其中一个。</translation>
    </message>
    <message>
        <source>Replace this key?</source>
        <translation>更换此密钥？</translation>
    </message>
    <message>
        <source>The present key of “%1” stops working at once. Its name, bounds and budgets stay.</source>
        <translation>“%1”的当前密钥将立即失效；名称、限制和预算保持不变。</translation>
    </message>
</context>
<context>
    <name>LanQuestion</name>
    <message>
        <source>Open to the network?</source>
        <translation>对网络开放？</translation>
    </message>
    <message>
        <source>Every machine that reaches this one can then use your accounts with the gateway key, over plain HTTP. Authentication is switched on with it.</source>
        <translation>能访问本机的任何设备都可凭网关密钥，通过明文 HTTP 使用此处的账号。身份验证会同时启用。</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>开放</translation>
    </message>
</context>
<context>
    <name>LatestCard</name>
    <message>
        <source>Latest requests</source>
        <translation>最近的请求</translation>
    </message>
    <message>
        <source>Monitor</source>
        <translation>监控</translation>
    </message>
    <message>
        <source>None yet: connect a client on the page API Proxy, and each of its requests is listed here.</source>
        <translation>还没有：在“API 代理”页面连接一个客户端，它的每个请求都会列在这里。</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>AG Gateway (demo)</source>
        <translation>AG Gateway（演示）</translation>
    </message>
    <message>
        <source>AG Gateway</source>
        <translation>AG Gateway</translation>
    </message>
    <message>
        <source>Dashboard</source>
        <translation>仪表盘</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>API Proxy</source>
        <translation>API 代理</translation>
    </message>
    <message>
        <source>Monitor</source>
        <translation>监控</translation>
    </message>
    <message>
        <source>Token Stats</source>
        <translation>Token 统计</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Quit AG Gateway?</source>
        <translation>退出 AG Gateway？</translation>
    </message>
    <message>
        <source>This app has started gatewayd. Your clients need it: keep it running in the background?</source>
        <translation>gatewayd 由本应用启动，客户端需要它。是否让它继续在后台运行？</translation>
    </message>
    <message>
        <source>Do not ask again</source>
        <translation>不再询问</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>继续运行</translation>
    </message>
    <message>
        <source>Stop it</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ModelsCard</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Not known yet: a test asks the provider for them.</source>
        <translation>尚不清楚：测试时会向提供商查询。</translation>
    </message>
</context>
<context>
    <name>MonitorFilters</name>
    <message>
        <source>Search model, account, error or id</source>
        <translation>搜索模型、账号、错误或 ID</translation>
    </message>
    <message>
        <source>Errors only</source>
        <translation>仅错误</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>API of the client</source>
        <translation>客户端 API</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>MonitorHeader</name>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>耗时</translation>
    </message>
    <message>
        <source>In</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>尝试次数</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>结束时间</translation>
    </message>
</context>
<context>
    <name>MonitorPage</name>
    <message>
        <source>Monitor</source>
        <translation>监控</translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <translation>继续（%1）</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Empty the table; the log stays</source>
        <translation>清空表格（保留日志）</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>gatewayd does not answer</source>
        <translation>gatewayd 无响应</translation>
    </message>
    <message>
        <source>Requests appear here as soon as it does.</source>
        <translation>恢复响应后，请求会显示在这里。</translation>
    </message>
    <message>
        <source>No request yet</source>
        <translation>暂无请求</translation>
    </message>
    <message>
        <source>Send one to %1 and it appears here when it ends.</source>
        <translation>向 %1 发送请求，完成后会显示在这里。</translation>
    </message>
    <message>
        <source>The proxy does not run: start it on the API Proxy page.</source>
        <translation>代理未运行：请在“API 代理”页面启动。</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>耗时</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>尝试次数</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
</context>
<context>
    <name>MonitorTable</name>
    <message>
        <source>Requests, newest first</source>
        <translation>请求（最新在前）</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n 条新请求</numerusform>
        </translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>Older requests</source>
        <translation>更早的请求</translation>
    </message>
</context>
<context>
    <name>NewKeyQuestion</name>
    <message>
        <source>Replace the gateway key?</source>
        <translation>更换网关密钥？</translation>
    </message>
    <message>
        <source>The present key stops working at once; clients that use it need the new one.</source>
        <translation>当前密钥会立即失效，正在使用它的客户端需改用新密钥。</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
</context>
<context>
    <name>NoMatch</name>
    <message>
        <source>Nothing matches</source>
        <translation>无匹配结果</translation>
    </message>
    <message>
        <source>None of the newest requests passes the filter. The log reaches further back.</source>
        <translation>最新的请求中没有符合筛选条件的。日志中还有更早的记录。</translation>
    </message>
    <message>
        <source>No request in the log passes the filter.</source>
        <translation>日志中没有符合筛选条件的请求。</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>搜索日志</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>清除筛选</translation>
    </message>
</context>
<context>
    <name>PresetOffer</name>
    <message>
        <source>%1 is ready</source>
        <translation>%1 已可用</translation>
    </message>
    <message>
        <source>These clients ask for models by names that %1 does not serve. Routes make them work with it; you can change them in API Proxy.</source>
        <translation>这些客户端请求的模型名称，%1 并不提供。添加路由后即可配合使用，之后可在“API 代理”中修改。</translation>
    </message>
    <message>
        <source>Set up the chosen ones</source>
        <translation>设置所选项</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>Replaces your routes for %1</source>
        <translation>会替换 %1 的已有路由</translation>
    </message>
</context>
<context>
    <name>ProviderBox</name>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Choose a provider</source>
        <translation>请选择提供商</translation>
    </message>
</context>
<context>
    <name>ProviderField</name>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
</context>
<context>
    <name>ProviderLine</name>
    <message>
        <source>%1 of %2 ready</source>
        <translation>%1/%2 可用</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1(%2)</translation>
    </message>
    <message>
        <source>Details of %1</source>
        <translation>%1 的详情</translation>
    </message>
</context>
<context>
    <name>ProxyPage</name>
    <message>
        <source>API Proxy</source>
        <translation>API 代理</translation>
    </message>
    <message>
        <source>The address that your clients use.</source>
        <translation>客户端使用的地址。</translation>
    </message>
    <message>
        <source>Stop proxy</source>
        <translation>停止代理</translation>
    </message>
    <message>
        <source>Start proxy</source>
        <translation>启动代理</translation>
    </message>
    <message>
        <source>Reading how the proxy is set up…</source>
        <translation>正在读取代理设置…</translation>
    </message>
    <message>
        <source>The gateway does not answer</source>
        <translation>网关没有响应</translation>
    </message>
    <message>
        <source>Address, keys and routes are shown as soon as gatewayd runs.</source>
        <translation>gatewayd 运行后，这里会显示地址、密钥和路由。</translation>
    </message>
</context>
<context>
    <name>RangeBar</name>
    <message>
        <source>Hour</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>周</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>月</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>API</source>
        <translation>API</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>起始日期</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>结束日期</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>From cache</source>
        <translation>缓存命中</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What is counted</source>
        <translation>统计内容</translation>
    </message>
    <message>
        <source>Split by</source>
        <translation>划分方式</translation>
    </message>
</context>
<context>
    <name>Reason</name>
    <message>
        <source>An account of {provider} lists this model</source>
        <translation>{provider} 有账号列出了此模型</translation>
    </message>
    <message>
        <source>Conversations are spread over this rank, each keeps to its account</source>
        <translation>对话分摊到这一位次的账号，每个对话固定使用一个账号</translation>
    </message>
    <message>
        <source>This rank shares the requests by load</source>
        <translation>这一位次的账号按负载分担请求</translation>
    </message>
    <message>
        <source>{provider} is known to make this model</source>
        <translation>已知此模型由 {provider} 提供</translation>
    </message>
    <message>
        <source>Nobody is known to make it: it goes to the API that the client speaks ({family})</source>
        <translation>未知由谁提供：转到客户端所用的 API（{family}）</translation>
    </message>
    <message>
        <source>{provider} is left out: no account of it is set up</source>
        <translation>已跳过 {provider}：尚未配置其账号</translation>
    </message>
    <message>
        <source>This account is fixed in Settings</source>
        <translation>已在设置中固定使用此账号</translation>
    </message>
    <message>
        <source>No other ready account has its priority ({priority})</source>
        <translation>没有其他可用账号与其优先级（{priority}）相同</translation>
    </message>
    <message>
        <source>Its answers begin later</source>
        <translation>开始响应较晚</translation>
    </message>
    <message>
        <source>Asked when the places before it cannot serve</source>
        <translation>排在前面的目标无法处理时才使用</translation>
    </message>
    <message>
        <source>The least busy of {of} equal accounts</source>
        <translation>{of} 个同等账号中最空闲的一个</translation>
    </message>
    <message>
        <source>Asked when those of higher priority cannot serve</source>
        <translation>优先级更高的账号无法处理时才使用</translation>
    </message>
    <message>
        <source>{text}</source>
        <translation>没有可用的去处：“{text}”</translation>
    </message>
    <message>
        <source>No account of {provider} lists {model}</source>
        <translation>{provider} 没有账号列出 {model}</translation>
    </message>
    <message>
        <source>The name is one of {provider}</source>
        <translation>该名称属于 {provider}</translation>
    </message>
    <message>
        <source>No account lists {model}</source>
        <translation>没有账号列出 {model}</translation>
    </message>
    <message>
        <source>No account speaks the client&apos;s API ({family})</source>
        <translation>没有账号支持客户端的 API（{family}）</translation>
    </message>
    <message>
        <source>No provider is known for the name {model}</source>
        <translation>名称 {model} 没有已知的提供商</translation>
    </message>
    <message>
        <source>No route matches (of {routes})</source>
        <translation>没有匹配的路由（共 {routes} 条）</translation>
    </message>
    <message>
        <source>No account can serve now</source>
        <translation>当前没有账号可提供服务</translation>
    </message>
    <message>
        <source>The only account</source>
        <translation>唯一的账号</translation>
    </message>
    <message>
        <source>The only one of {of} accounts that is ready</source>
        <translation>{of} 个账号中唯一可用的一个</translation>
    </message>
    <message>
        <source>{provider} makes it, but no account of it is set up</source>
        <translation>此模型由 {provider} 提供，但尚未配置其账号</translation>
    </message>
    <message>
        <source>{provider} makes this model</source>
        <translation>此模型由 {provider} 提供</translation>
    </message>
    <message>
        <source>The route {pattern} sends it to {model}</source>
        <translation>路由 {pattern} 将其转到 {model}</translation>
    </message>
    <message>
        <source>The route {pattern} matches too, but less closely</source>
        <translation>路由 {pattern} 也匹配，但不够精确</translation>
    </message>
    <message>
        <source>The route {pattern} matches</source>
        <translation>路由 {pattern} 匹配</translation>
    </message>
    <message>
        <source>The fastest of {of} equal accounts</source>
        <translation>{of} 个同等账号中最快的一个</translation>
    </message>
    <message>
        <source>It goes to {provider} as {model}</source>
        <translation>以 {model} 发往 {provider}</translation>
    </message>
    <message>
        <source>Its owner asked what it can do</source>
        <translation>账号所有者在测试它能做什么</translation>
    </message>
    <message>
        <source>Its kind of credential is of a newer version ({detail})</source>
        <translation>凭据类型来自更新的版本（{detail}）</translation>
    </message>
    <message>
        <source>Helps the gateway choose an account and is not sent to another company</source>
        <translation>仅供网关选择账号，不会发送给其他公司</translation>
    </message>
    <message>
        <source>Only the allowed tools are sent: there is no choice among some</source>
        <translation>仅发送允许的工具：无法限定在部分工具中选择</translation>
    </message>
    <message>
        <source>Citations belong to text, and the reply has none</source>
        <translation>引用须依附于文本，而回复中没有文本</translation>
    </message>
    <message>
        <source>A citation of something that is no web page is left out</source>
        <translation>已省略非网页来源的引用</translation>
    </message>
    <message>
        <source>Lowered to the most that the model or its API takes</source>
        <translation>已降至模型或其 API 允许的最大值</translation>
    </message>
    <message>
        <source>The custom tool is offered as a function with one text, not bound by its grammar</source>
        <translation>自定义工具以单文本参数的函数提供，不受其语法约束</translation>
    </message>
    <message>
        <source>The document is sent as plain text</source>
        <translation>文档以纯文本发送</translation>
    </message>
    <message>
        <source>A citation of a place in a document is left out</source>
        <translation>已省略指向文档内位置的引用</translation>
    </message>
    <message>
        <source>A message without content is left out</source>
        <translation>已省略无内容的消息</translation>
    </message>
    <message>
        <source>A forced tool call and thinking do not go together: thinking is off</source>
        <translation>强制工具调用与思考不能并用：已关闭思考</translation>
    </message>
    <message>
        <source>How closely an image is looked at cannot be said</source>
        <translation>无法指定图像的细节级别</translation>
    </message>
    <message>
        <source>Arguments that are no JSON object are sent as text</source>
        <translation>非 JSON 对象的参数以文本发送</translation>
    </message>
    <message>
        <source>JSON output is asked for by way of a tool call</source>
        <translation>通过工具调用请求 JSON 输出</translation>
    </message>
    <message>
        <source>The turn began without thinking that this model can go on from: thinking is off</source>
        <translation>本轮开头没有此模型可延续的思考内容：已关闭思考</translation>
    </message>
    <message>
        <source>The gateway itself looks for these stop sequences</source>
        <translation>由网关自行匹配这些停止序列</translation>
    </message>
    <message>
        <source>A tool call that nobody answered gets an error result</source>
        <translation>未得到结果的工具调用会补上错误结果</translation>
    </message>
    <message>
        <source>The limit of output tokens leaves no room to think: thinking is off</source>
        <translation>输出 token 限额没有留出思考空间：已关闭思考</translation>
    </message>
    <message>
        <source>The target&apos;s API has no such field</source>
        <translation>目标 API 没有此字段</translation>
    </message>
    <message>
        <source>The target&apos;s model does not take it</source>
        <translation>目标模型不支持此项</translation>
    </message>
    <message>
        <source>Only text can be said here: other content is left out</source>
        <translation>此处仅支持文本：已省略其他内容</translation>
    </message>
    <message>
        <source>A tool result without its call is left out</source>
        <translation>已省略没有对应调用的工具结果</translation>
    </message>
    <message>
        <source>Names a service of another provider</source>
        <translation>指定了其他提供商的服务</translation>
    </message>
    <message>
        <source>One provider&apos;s reasoning is not sent to another&apos;s model</source>
        <translation>不会将一家提供商的推理内容发送给另一家的模型</translation>
    </message>
    <message>
        <source>A tool that another provider runs is not offered</source>
        <translation>不提供由其他提供商运行的工具</translation>
    </message>
    <message>
        <source>Out of the range that the target takes</source>
        <translation>超出目标允许的范围</translation>
    </message>
    <message>
        <source>A paused turn is given as an ended one</source>
        <translation>暂停的轮次按已结束返回</translation>
    </message>
    <message>
        <source>Raised to the least that the target&apos;s API takes</source>
        <translation>已升至目标 API 允许的最小值</translation>
    </message>
    <message>
        <source>The reasoning is not shown: the client did not ask for it</source>
        <translation>不显示推理内容：客户端未请求</translation>
    </message>
    <message>
        <source>The provider refused earlier reasoning: it was asked again without it</source>
        <translation>提供商拒绝了先前的推理内容，已去掉后重新请求</translation>
    </message>
    <message>
        <source>Arguments that are no JSON object are given as text</source>
        <translation>非 JSON 对象的参数以文本返回</translation>
    </message>
    <message>
        <source>Media that the model made have no place in the client&apos;s API</source>
        <translation>客户端 API 无法容纳模型生成的媒体</translation>
    </message>
    <message>
        <source>The client&apos;s API has no place for this part of the reply</source>
        <translation>客户端 API 无法容纳回复的这一部分</translation>
    </message>
    <message>
        <source>The target demands a limit: the model&apos;s own is sent</source>
        <translation>目标要求设置限额：已发送模型自身的限额</translation>
    </message>
    <message>
        <source>Media of a tool result follow it in a message of their own</source>
        <translation>工具结果中的媒体放入其后的单独消息</translation>
    </message>
    <message>
        <source>The target&apos;s JSON schemas do not take {pointer}</source>
        <translation>目标的 JSON Schema 不支持 {pointer}</translation>
    </message>
    <message>
        <source>Only the function&apos;s description is sent, not its schema</source>
        <translation>仅发送函数描述，不发送其 Schema</translation>
    </message>
    <message>
        <source>A second result of the same tool call is left out</source>
        <translation>已省略同一工具调用的第二个结果</translation>
    </message>
    <message>
        <source>What another provider&apos;s tool did is left out of the history</source>
        <translation>已从历史中省略其他提供商工具的操作</translation>
    </message>
    <message>
        <source>The client&apos;s API has no word for what the provider&apos;s tool did</source>
        <translation>客户端 API 无法表示提供商工具的操作</translation>
    </message>
    <message>
        <source>A call whose thought signature is unknown gets the documented placeholder</source>
        <translation>思考签名未知的调用使用文档规定的占位值</translation>
    </message>
    <message>
        <source>The model is asked to keep to the schema, but not held to it</source>
        <translation>要求模型遵循 Schema，但不强制</translation>
    </message>
    <message>
        <source>A system message amid the conversation is sent as a marked user&apos;s text</source>
        <translation>会话中途的系统消息以带标记的用户文本发送</translation>
    </message>
    <message>
        <source>The model takes only one of both: temperature is kept</source>
        <translation>模型只接受两者之一：保留 temperature</translation>
    </message>
    <message>
        <source>Several texts of a message become one</source>
        <translation>一条消息中的多段文本合并为一段</translation>
    </message>
    <message>
        <source>The model cannot stop thinking: it is told to think the least</source>
        <translation>模型无法停止思考：已要求尽量少思考</translation>
    </message>
    <message>
        <source>How to stop this model from thinking is not known</source>
        <translation>未知如何关闭此模型的思考</translation>
    </message>
    <message>
        <source>A model that thinks takes no sampling parameters</source>
        <translation>思考中的模型不接受采样参数</translation>
    </message>
    <message>
        <source>There is no mark for a failed tool call: its text says it</source>
        <translation>工具调用失败没有专门标记：由其文本说明</translation>
    </message>
    <message>
        <source>Nothing is known of the model, and it might refuse this</source>
        <translation>对此模型一无所知，它可能会拒绝此项</translation>
    </message>
    <message>
        <source>The reply ended for an unknown reason and is given as an ended one</source>
        <translation>回复因未知原因结束，按正常结束返回</translation>
    </message>
    <message>
        <source>The target&apos;s web search has no such option</source>
        <translation>目标的网页搜索没有此选项</translation>
    </message>
    <message>
        <source>Its conversation keeps to this account</source>
        <translation>其对话固定使用此账号</translation>
    </message>
    <message>
        <source>Stands in: the conversation&apos;s own account could not serve</source>
        <translation>临时替代：对话所属的账号当时无法服务</translation>
    </message>
    <message>
        <source>None was ready; this one was to be back first</source>
        <translation>当时没有就绪的账号；此账号将最先恢复</translation>
    </message>
    <message>
        <source>The first that could serve</source>
        <translation>第一个能够服务的账号</translation>
    </message>
    <message>
        <source>Its pause was over: this request tried it</source>
        <translation>其暂停已结束：由此请求试探</translation>
    </message>
    <message>
        <source>It holds what the request refers to</source>
        <translation>请求所引用的内容保存在此账号</translation>
    </message>
    <message>
        <source>Less busy than another that was drawn with it</source>
        <translation>比同时抽取的另一个账号更空闲</translation>
    </message>
    <message>
        <source>The only account there is for it</source>
        <translation>可用于此请求的唯一账号</translation>
    </message>
    <message>
        <source>No other account of its priority was ready</source>
        <translation>同优先级中没有其他就绪的账号</translation>
    </message>
    <message>
        <source>Its pause ended at that moment</source>
        <translation>其暂停恰在此时结束</translation>
    </message>
    <message>
        <source>Its answers begin sooner than the others&apos;</source>
        <translation>其响应比其他账号更早开始</translation>
    </message>
    <message>
        <source>Asked when the account that is fixed in Settings cannot serve</source>
        <translation>设置中固定的账号无法处理时才使用</translation>
    </message>
    <message>
        <source>The route {pattern} for background tasks sends it to {model}</source>
        <translation>后台任务路由 {pattern} 将其转到 {model}</translation>
    </message>
    <message>
        <source>The route {pattern} for background tasks matches</source>
        <translation>后台任务路由 {pattern} 匹配</translation>
    </message>
    <message>
        <source>The route sets the reasoning effort: {effort}</source>
        <translation>路由设定了推理强度：{effort}</translation>
    </message>
    <message>
        <source>The route {pattern} matches, but is for background tasks alone</source>
        <translation>路由 {pattern} 匹配，但仅用于后台任务</translation>
    </message>
    <message>
        <source>The route gives it {tokens} tokens to think</source>
        <translation>路由给它 {tokens} 个 token 用于思考</translation>
    </message>
    <message>
        <source>Its stored credential cannot be read: “{detail}”</source>
        <translation>无法读取已存储的凭据：“{detail}”</translation>
    </message>
    <message>
        <source>Its stored outgoing proxy cannot be read: “{detail}”</source>
        <translation>无法读取已存储的出站代理：“{detail}”</translation>
    </message>
    <message>
        <source>Its stored endpoints cannot be read: “{detail}”</source>
        <translation>无法读取已存储的端点：“{detail}”</translation>
    </message>
    <message>
        <source>Its stored secret cannot be opened: “{detail}”</source>
        <translation>无法解开已存储的密文：“{detail}”</translation>
    </message>
    <message>
        <source>The sign-in has ended: “{text}”</source>
        <translation>登录已失效：“{text}”</translation>
    </message>
    <message>
        <source>The sign-in is refused: “{text}”</source>
        <translation>登录被拒绝：“{text}”</translation>
    </message>
    <message>
        <source>The key is refused: “{text}”</source>
        <translation>密钥被拒绝：“{text}”</translation>
    </message>
    <message>
        <source>Its provider has refused it (HTTP {status}): “{text}”</source>
        <translation>提供商拒绝了它（HTTP {status}）：“{text}”</translation>
    </message>
</context>
<context>
    <name>RefusedNotice</name>
    <message>
        <source>The test failed</source>
        <translation>测试失败</translation>
    </message>
    <message>
        <source>Remove it and correct what you have entered; or keep it, for instance because the network is down: it waits until a test succeeds.</source>
        <translation>可以移除后改正所填内容；也可以保留（例如只是网络不通），待测试成功后再启用。</translation>
    </message>
</context>
<context>
    <name>Reject</name>
    <message>
        <source>switched off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>needs sign-in</source>
        <translation>需要登录</translation>
    </message>
    <message>
        <source>not allowed by its provider</source>
        <translation>提供商不允许使用</translation>
    </message>
    <message>
        <source>another provider</source>
        <translation>属于其他提供商</translation>
    </message>
    <message>
        <source>does not offer the model</source>
        <translation>不提供该模型</translation>
    </message>
    <message>
        <source>speaks nothing that fits</source>
        <translation>没有兼容的协议</translation>
    </message>
    <message>
        <source>cooling down</source>
        <translation>冷却中</translation>
    </message>
    <message>
        <source>being tried right now</source>
        <translation>正在试探</translation>
    </message>
    <message>
        <source>another account is fixed in Settings</source>
        <translation>设置中已固定其他账号</translation>
    </message>
    <message>
        <source>its limit is used up</source>
        <translation>限额已用完</translation>
    </message>
    <message>
        <source>its budget is spent</source>
        <translation>预算已用完</translation>
    </message>
    <message>
        <source>its provider gives it no quota for this model</source>
        <translation>提供商未给予该模型配额</translation>
    </message>
    <message>
        <source>its provider does not grant it this model</source>
        <translation>提供商未授权该模型</translation>
    </message>
    <message>
        <source>has failed for this request</source>
        <translation>处理此请求时失败</translation>
    </message>
    <message>
        <source>what the request refers to is kept elsewhere</source>
        <translation>请求引用的内容保存在其他账号</translation>
    </message>
</context>
<context>
    <name>RequestPane</name>
    <message>
        <source>Request</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Copy as curl</source>
        <translation>复制为 curl</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>This record cannot be shown</source>
        <translation>无法显示此记录</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Attempts over %1</source>
        <translation>%1 内的尝试</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>What the translation could not say</source>
        <translation>转换损失</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>基本信息</translation>
    </message>
    <message>
        <source>The log keeps what happened, not what was said: prompts and answers are not stored.</source>
        <translation>日志只记录发生了什么，不记录内容：提示词和回复均不保存。</translation>
    </message>
    <message>
        <source>Why no account was left</source>
        <translation>为何没有可用账号</translation>
    </message>
</context>
<context>
    <name>RouteDialog</name>
    <message>
        <source>Route</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Model name asked for</source>
        <translation>请求的模型名称</translation>
    </message>
    <message>
        <source>A name, or a pattern with * and ?, or ~ and a regular expression.</source>
        <translation>可填名称、含 * 和 ? 的通配模式，或以 ~ 开头的正则表达式。</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>as the model name says</source>
        <translation>按模型名称判断</translation>
    </message>
    <message>
        <source>Model there</source>
        <translation>目标模型</translation>
    </message>
    <message>
        <source>the name that was asked for</source>
        <translation>与请求的名称相同</translation>
    </message>
    <message>
        <source>Reasoning effort</source>
        <translation>推理强度</translation>
    </message>
    <message>
        <source>as the client asks</source>
        <translation>按客户端要求</translation>
    </message>
    <message>
        <source>Only tasks that clients do by themselves (titles, summaries)</source>
        <translation>仅客户端自行发起的任务（标题、摘要）</translation>
    </message>
    <message>
        <source>When none of its accounts can serve it, then</source>
        <translation>其账号都无法处理时，改用</translation>
    </message>
    <message>
        <source>provider:model, one per line</source>
        <translation>每行一个，格式为 provider:model</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Replace a route?</source>
        <translation>替换这条路由？</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
</context>
<context>
    <name>RoutePresetDialog</name>
    <message>
        <source>Route preset</source>
        <translation>路由预设</translation>
    </message>
    <message>
        <source>The names that this client asks for</source>
        <translation>此客户端请求的模型名称</translation>
    </message>
    <message>
        <source>are served by</source>
        <translation>由此提供商处理</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Write routes</source>
        <translation>写入路由</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Replace routes?</source>
        <translation>替换这些路由？</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
</context>
<context>
    <name>RouteTestCard</name>
    <message>
        <source>Where would it go?</source>
        <translation>会路由到哪里？</translation>
    </message>
    <message>
        <source>Asks the gateway what it would do with a model name now. No request is sent.</source>
        <translation>询问网关目前会如何处理某个模型名称，不会发送请求。</translation>
    </message>
    <message>
        <source>Model name, e.g. gpt-5-mini</source>
        <translation>模型名称，例如 gpt-5-mini</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Served</source>
        <translation>可处理</translation>
    </message>
    <message>
        <source>Not served</source>
        <translation>无法处理</translation>
    </message>
</context>
<context>
    <name>RoutesCard</name>
    <message>
        <source>Routes</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Which model name goes where. Without a route, each name goes to the provider that it belongs to.</source>
        <translation>决定每个模型名称的去向。没有匹配的路由时，转到该名称所属的提供商。</translation>
    </message>
    <message>
        <source>Add route</source>
        <translation>添加路由</translation>
    </message>
    <message>
        <source>Preset…</source>
        <translation>预设…</translation>
    </message>
    <message>
        <source>No routes</source>
        <translation>暂无路由</translation>
    </message>
    <message>
        <source>Add one to give a model another name, or to let Claude Code, Codex or Gemini CLI run on any provider.</source>
        <translation>添加路由可为模型另取名称，或让 Claude Code、Codex、Gemini CLI 使用任意提供商。</translation>
    </message>
    <message>
        <source>Edit %1</source>
        <translation>编辑 %1</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>background tasks</source>
        <translation>后台任务</translation>
    </message>
    <message>
        <source>%1 goes to %2</source>
        <translation>%1 转到 %2</translation>
    </message>
</context>
<context>
    <name>SandboxMark</name>
    <message>
        <source>Its answers are made up: no provider is asked.</source>
        <translation>其回答是虚构的：不会请求任何提供商。</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>沙盒</translation>
    </message>
</context>
<context>
    <name>Setting</name>
    <message>
        <source>On</source>
        <translation>开启</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>询问</translation>
    </message>
    <message>
        <source>Keeps running</source>
        <translation>继续运行</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Off: programs on this machine need no key. Web pages are still refused.</source>
        <translation>关闭：本机程序无需密钥，网页仍会被拒绝。</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Auto: programs on this machine need no key, others in the network do.</source>
        <translation>自动：本机程序无需密钥，网络中的其他机器需要密钥。</translation>
    </message>
    <message>
        <source>All except health check: every request needs the key, health checks do not.</source>
        <translation>健康检查除外：所有请求都需要密钥，健康检查不需要。</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>严格</translation>
    </message>
    <message>
        <source>Strict: every request needs the key, health checks too.</source>
        <translation>严格：所有请求都需要密钥，包括健康检查。</translation>
    </message>
    <message>
        <source>Cache first</source>
        <translation>缓存优先</translation>
    </message>
    <message>
        <source>Cache first: a conversation stays on its account, which has its prompt in cache.</source>
        <translation>缓存优先：对话保持在原账号上，那里已缓存其提示词。</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Balanced: the account with the least load serves next.</source>
        <translation>均衡：由负载最低的账号处理下一个请求。</translation>
    </message>
    <message>
        <source>Fastest answer</source>
        <translation>最快响应</translation>
    </message>
    <message>
        <source>Fastest answer: the account that answers soonest serves next.</source>
        <translation>最快响应：由响应最快的账号处理下一个请求。</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>Allow: it is sent without that part, and the log says so.</source>
        <translation>允许：省去该部分后发送，并记入日志。</translation>
    </message>
    <message>
        <source>Warn</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Warn: it is sent without that part, and a response header says so.</source>
        <translation>警告：省去该部分后发送，并在响应头中说明。</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Reject: the client gets an error that names the part.</source>
        <translation>拒绝：向客户端返回错误，并指明该部分。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Of this app. What providers say stays as it is.</source>
        <translation>本应用的界面语言；提供商返回的文字保持原样。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Light or dark colours, or those of the desktop.</source>
        <translation>浅色、深色，或与桌面一致。</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>登录系统时启动</translation>
    </message>
    <message>
        <source>The app starts in the tray when you log in.</source>
        <translation>登录后，应用在托盘中启动。</translation>
    </message>
    <message>
        <source>Start the gateway with the app</source>
        <translation>随应用启动网关</translation>
    </message>
    <message>
        <source>Starts gatewayd on this machine when none runs there.</source>
        <translation>本机没有运行网关时，由应用启动 gatewayd。</translation>
    </message>
    <message>
        <source>Close to the tray</source>
        <translation>关闭到托盘</translation>
    </message>
    <message>
        <source>Closing the window leaves the app in the tray.</source>
        <translation>关闭窗口后，应用留在托盘中。</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Tell me when an account needs me.</source>
        <translation>账号需要处理时通知我。</translation>
    </message>
    <message>
        <source>When the app quits</source>
        <translation>退出应用时</translation>
    </message>
    <message>
        <source>What becomes of a gateway that this app has started.</source>
        <translation>如何处置由本应用启动的网关。</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Where clients reach the gateway.</source>
        <translation>客户端访问网关的端口。</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>身份验证</translation>
    </message>
    <message>
        <source>When clients must present the gateway key.</source>
        <translation>客户端何时必须提供网关密钥。</translation>
    </message>
    <message>
        <source>Gateway key</source>
        <translation>网关密钥</translation>
    </message>
    <message>
        <source>What clients present when authentication is on. Made at the first start; after a change, clients need the new one.</source>
        <translation>启用身份验证后，客户端须提供此密钥。首次启动时生成；更换后，客户端须改用新密钥。</translation>
    </message>
    <message>
        <source>Other machines may use it</source>
        <translation>允许其他机器使用</translation>
    </message>
    <message>
        <source>Listens on all interfaces, not on this machine&apos;s loopback only. Needs authentication.</source>
        <translation>监听所有网络接口，而不只是本机回环地址。需要启用身份验证。</translation>
    </message>
    <message>
        <source>Start with the gateway</source>
        <translation>随网关启动</translation>
    </message>
    <message>
        <source>The endpoint listens as soon as gatewayd runs.</source>
        <translation>gatewayd 运行后，端点立即开始监听。</translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>How an account is chosen among those that can serve a request.</source>
        <translation>如何从能处理请求的账号中选择。</translation>
    </message>
    <message>
        <source>Fixed account</source>
        <translation>固定账号</translation>
    </message>
    <message>
        <source>Its name: it serves all that it can, before any other. Empty: none.</source>
        <translation>填写账号名称：凡能处理的请求都优先由它处理。留空表示不固定。</translation>
    </message>
    <message>
        <source>Others stand in for the fixed account</source>
        <translation>其他账号可代替固定账号</translation>
    </message>
    <message>
        <source>When it cannot serve. Off: such a request is refused.</source>
        <translation>在它无法处理时代替。关闭后，这样的请求会被拒绝。</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>尝试次数</translation>
    </message>
    <message>
        <source>How many calls to providers one request may cost at most.</source>
        <translation>一个请求最多可调用提供商多少次。</translation>
    </message>
    <message>
        <source>Longest wait</source>
        <translation>最长等待时间</translation>
    </message>
    <message>
        <source>How long a request waits for an account that is cooling down.</source>
        <translation>请求等待冷却中账号的最长时间。</translation>
    </message>
    <message>
        <source>Time for new attempts</source>
        <translation>可重试时间</translation>
    </message>
    <message>
        <source>How long after its arrival a request may still be tried again.</source>
        <translation>请求到达后多久之内仍可重试。</translation>
    </message>
    <message>
        <source>When part of a request cannot be said to the chosen provider.</source>
        <translation>请求中有所选提供商无法表达的部分时的做法。</translation>
    </message>
    <message>
        <source>Count the tokens of all streams</source>
        <translation>统计所有流式响应的 token</translation>
    </message>
    <message>
        <source>Asks for the counts where a client&apos;s chat completion does not.</source>
        <translation>客户端的聊天补全未要求用量时，由网关代为要求。</translation>
    </message>
    <message>
        <source>Kept for</source>
        <translation>保留时间</translation>
    </message>
    <message>
        <source>Older requests leave the request log.</source>
        <translation>更早的请求会从请求日志中移除。</translation>
    </message>
    <message>
        <source>Requests kept</source>
        <translation>保留条数</translation>
    </message>
    <message>
        <source>At most so many; the oldest leave first.</source>
        <translation>最多保留这么多条，最旧的先移除。</translation>
    </message>
    <message>
        <source>Space on disk</source>
        <translation>磁盘空间</translation>
    </message>
    <message>
        <source>The request log&apos;s file keeps within it.</source>
        <translation>请求日志文件不超过此大小。</translation>
    </message>
    <message>
        <source>Outgoing proxy</source>
        <translation>出站代理</translation>
    </message>
    <message>
        <source>http:// or socks5h://, on the way to providers. Goes before the variable HTTPS_PROXY; an account&apos;s own goes before both.</source>
        <translation>访问提供商时使用，http:// 或 socks5h://。优先于环境变量 HTTPS_PROXY；账号自己的代理优先于两者。</translation>
    </message>
    <message>
        <source>Reached without the proxy</source>
        <translation>不经代理访问</translation>
    </message>
    <message>
        <source>Certificates to trust</source>
        <translation>信任的证书</translation>
    </message>
    <message>
        <source>A PEM file, besides the system&apos;s certificates.</source>
        <translation>PEM 文件，在系统证书之外另行信任。</translation>
    </message>
    <message>
        <source>Addresses to listen on</source>
        <translation>监听地址</translation>
    </message>
    <message>
        <source>Names of the gateway</source>
        <translation>网关的主机名</translation>
    </message>
    <message>
        <source>Web pages</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Origins of pages and browser extensions that may call it without its key, one a line.</source>
        <translation>无需密钥即可访问网关的网页和浏览器扩展的来源（Origin），每行一个。</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Time to connect to a provider.</source>
        <translation>连接提供商的时限。</translation>
    </message>
    <message>
        <source>Start of an answer</source>
        <translation>响应开始</translation>
    </message>
    <message>
        <source>Time that a provider has to begin its answer.</source>
        <translation>提供商开始响应的时限。</translation>
    </message>
    <message>
        <source>Silence within an answer</source>
        <translation>响应中断</translation>
    </message>
    <message>
        <source>After so long a provider&apos;s answer counts as broken off.</source>
        <translation>提供商的响应静默超过此时长即视为中断。</translation>
    </message>
    <message>
        <source>Keep-alives after</source>
        <translation>保活数据</translation>
    </message>
    <message>
        <source>A stream that has brought nothing for so long gets keep-alives.</source>
        <translation>流式响应超过此时长仍无内容时，发送保活数据。</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>That serve requests; 0: one for each core.</source>
        <translation>处理请求的线程；0 表示每个核心一个。</translation>
    </message>
    <message>
        <source>Largest request</source>
        <translation>最大请求</translation>
    </message>
    <message>
        <source>A larger body is refused.</source>
        <translation>正文超过此大小的请求会被拒绝。</translation>
    </message>
    <message>
        <source>Memory for requests</source>
        <translation>请求占用内存</translation>
    </message>
    <message>
        <source>All request bodies together keep within it.</source>
        <translation>所有请求正文合计不超过此大小。</translation>
    </message>
    <message>
        <source>Control address</source>
        <translation>控制地址</translation>
    </message>
    <message>
        <source>HOST:PORT where apps and agctl of other machines reach the gateway, with TLS and a token. Empty: nowhere.</source>
        <translation>HOST:PORT，供其他机器上的应用和 agctl 通过 TLS 和令牌访问网关。留空表示不开放。</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>The PEM file that is shown at the control address.</source>
        <translation>控制地址出示的 PEM 文件。</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>私钥</translation>
    </message>
    <message>
        <source>The certificate&apos;s, a PEM file.</source>
        <translation>该证书的私钥，PEM 文件。</translation>
    </message>
    <message>
        <source>Token file</source>
        <translation>令牌文件</translation>
    </message>
    <message>
        <source>Holds the token that is asked for; only its owner may read it.</source>
        <translation>存放所要求的令牌；只有所有者可以读取。</translation>
    </message>
    <message>
        <source>This app</source>
        <translation>本应用</translation>
    </message>
    <message>
        <source>API endpoint</source>
        <translation>API 端点</translation>
    </message>
    <message>
        <source>Choice of accounts</source>
        <translation>账号选择</translation>
    </message>
    <message>
        <source>Waiting and trying again</source>
        <translation>等待与重试</translation>
    </message>
    <message>
        <source>Translation between dialects</source>
        <translation>协议转换</translation>
    </message>
    <message>
        <source>Request log</source>
        <translation>请求日志</translation>
    </message>
    <message>
        <source>The way to providers</source>
        <translation>访问提供商</translation>
    </message>
    <message>
        <source>Who may call</source>
        <translation>访问许可</translation>
    </message>
    <message>
        <source>Time limits</source>
        <translation>时限</translation>
    </message>
    <message>
        <source>Resources</source>
        <translation>资源</translation>
    </message>
    <message>
        <source>Control from other machines</source>
        <translation>远程控制</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>All except health check</source>
        <translation>健康检查除外</translation>
    </message>
    <message>
        <source>Unsupported fields</source>
        <translation>提供商无法表达的内容</translation>
    </message>
    <message>
        <source>Hosts, one per line.</source>
        <translation>主机名，每行一个。</translation>
    </message>
    <message>
        <source>IP addresses, one per line, in place of loopback or of all interfaces.</source>
        <translation>IP 地址，每行一个，取代回环地址或所有接口。</translation>
    </message>
    <message>
        <source>Further host names that clients may call it by, one per line.</source>
        <translation>客户端可用来访问网关的其他主机名，每行一个。</translation>
    </message>
</context>
<context>
    <name>SettingField</name>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>SettingLine</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>Back to the default: %1</source>
        <translation>恢复默认值：%1</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>The gateway&apos;s settings appear when it answers.</source>
        <translation>网关响应后会显示其设置。</translation>
    </message>
    <message>
        <source>No setting matches “%1”</source>
        <translation>没有与“%1”匹配的设置</translation>
    </message>
    <message>
        <source>Names, keys and descriptions are searched, also those of this app.</source>
        <translation>搜索范围包括名称、键和说明，也包括本应用的设置。</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>清除搜索</translation>
    </message>
</context>
<context>
    <name>SideBar</name>
    <message>
        <source>Getting started</source>
        <translation>入门引导</translation>
    </message>
</context>
<context>
    <name>SignInAgainDialog</name>
    <message>
        <source>Sign in again</source>
        <translation>重新登录</translation>
    </message>
    <message>
        <source>%1 signs in anew; its history, limits and place stay.</source>
        <translation>%1 将重新登录；历史记录、限额和排序保持不变。</translation>
    </message>
    <message>
        <source>Another OAuth client (optional)</source>
        <translation>其他 OAuth 客户端（可选）</translation>
    </message>
    <message>
        <source>as before</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Its secret</source>
        <translation>OAuth 客户端密钥</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>SignInProgress</name>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>If the browser is on another machine</source>
        <translation>如果浏览器在另一台机器上</translation>
    </message>
    <message>
        <source>Paste the address that it ended at, or the code that it shows.</source>
        <translation>请粘贴浏览器最后停留的地址，或页面显示的授权码。</translation>
    </message>
    <message>
        <source>Address or code</source>
        <translation>地址或授权码</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>No browser could be opened here. Copy the address, and open it in a browser yourself.</source>
        <translation>无法打开浏览器。请复制地址，自行在浏览器中打开。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Open the browser again</source>
        <translation>重新打开浏览器</translation>
    </message>
</context>
<context>
    <name>SnippetsCard</name>
    <message>
        <source>Connect a client</source>
        <translation>连接客户端</translation>
    </message>
    <message>
        <source>With your base URL and key, ready to paste. The copied text has the whole key.</source>
        <translation>已填入你的 Base URL 和密钥，可直接粘贴。复制的内容含完整密钥。</translation>
    </message>
</context>
<context>
    <name>StackedChart</name>
    <message>
        <source>Bars over time; choose one with the arrow keys</source>
        <translation>按时间排列的柱状图；用方向键选择</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
</context>
<context>
    <name>StatsPage</name>
    <message>
        <source>Export the figures</source>
        <translation>导出统计数据</translation>
    </message>
    <message>
        <source>Comma-separated values (*.csv)</source>
        <translation>逗号分隔值 (*.csv)</translation>
    </message>
    <message>
        <source>Token Stats</source>
        <translation>Token 统计</translation>
    </message>
    <message>
        <source>Export CSV</source>
        <translation>导出 CSV</translation>
    </message>
    <message>
        <source>Nothing in this time</source>
        <translation>此时段没有数据</translation>
    </message>
    <message>
        <source>Choose a longer range, or send a request through the gateway: its tokens are counted when it ends.</source>
        <translation>请选择更长的时间范围，或通过网关发送一个请求：请求结束后即计入其 token。</translation>
    </message>
    <message>
        <source>No figures yet</source>
        <translation>暂无统计数据</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Client key</source>
        <translation>客户端密钥</translation>
    </message>
    <message>
        <source>API</source>
        <translation>API</translation>
    </message>
</context>
<context>
    <name>StatsTable</name>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>All tokens</source>
        <translation>token 总数</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>From cache</source>
        <translation>缓存命中</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>gatewayd %1</source>
        <translation>gatewayd %1</translation>
    </message>
    <message>
        <source>Looking for gatewayd…</source>
        <translation>正在查找 gatewayd…</translation>
    </message>
    <message>
        <source>gatewayd is gone</source>
        <translation>gatewayd 已断开</translation>
    </message>
    <message>
        <source>gatewayd of another version</source>
        <translation>gatewayd 版本不一致</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>正在监听 %1</translation>
    </message>
    <message>
        <source>Proxy stopped</source>
        <translation>代理已停止</translation>
    </message>
    <message>
        <source>%1 requests/s</source>
        <translation>%1 请求/秒</translation>
    </message>
    <message>
        <source>The last request that failed: show it in Monitor</source>
        <translation>最近失败的请求：在监控中查看</translation>
    </message>
</context>
<context>
    <name>StoryCard</name>
    <message>
        <source>Sign in again</source>
        <translation>重新登录</translation>
    </message>
    <message>
        <source>Enter a new key</source>
        <translation>输入新密钥</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Switch on</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Test models…</source>
        <translation>测试模型…</translation>
    </message>
    <message>
        <source>Requests of this account</source>
        <translation>此账号的请求</translation>
    </message>
    <message>
        <source>Clear cooldowns</source>
        <translation>结束暂停</translation>
    </message>
</context>
<context>
    <name>TestAnswer</name>
    <message>
        <source>Asked %1</source>
        <translation>已请求 %1</translation>
    </message>
    <message>
        <source>Show in Monitor</source>
        <translation>在监控中查看</translation>
    </message>
</context>
<context>
    <name>TestModelsDialog</name>
    <message>
        <source>Test models</source>
        <translation>测试模型</translation>
    </message>
    <message>
        <source>Each chosen model of %1 gets one small question. These are real requests: the provider charges for them, and they count in limits, budgets and statistics.</source>
        <translation>向 %1 的每个所选模型各发送一个简短问题。这些是真实请求：提供商会计费，并计入限额、预算和统计。</translation>
    </message>
    <message>
        <source>This account cannot be tested</source>
        <translation>无法测试此账号</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>所有模型</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Test again…</source>
        <translation>再次测试…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>TestRequest</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个 token</translation>
    </message>
</context>
<context>
    <name>TestedModelRow</name>
    <message>
        <source>Test %1</source>
        <translation>测试 %1</translation>
    </message>
</context>
<context>
    <name>Text</name>
    <message>
        <source>Internal error</source>
        <translation>内部错误</translation>
    </message>
    <message>
        <source>This is a bug of the gateway: please report it with the request&apos;s id.</source>
        <translation>这是网关的缺陷，请附上请求 ID 进行反馈。</translation>
    </message>
    <message>
        <source>Invalid request</source>
        <translation>无效请求</translation>
    </message>
    <message>
        <source>The request itself is at fault: see the message for the field to change.</source>
        <translation>请求本身有误，请根据错误消息修改相应字段。</translation>
    </message>
    <message>
        <source>Prompt too long</source>
        <translation>提示词过长</translation>
    </message>
    <message>
        <source>Shorten the conversation, or route this model to one with a larger context.</source>
        <translation>请缩短会话，或将此模型路由到上下文更大的模型。</translation>
    </message>
    <message>
        <source>Unknown model</source>
        <translation>未知模型</translation>
    </message>
    <message>
        <source>Add an account that offers this model, or a route that maps the name.</source>
        <translation>请添加提供此模型的账号，或添加映射此名称的路由。</translation>
    </message>
    <message>
        <source>Not supported upstream</source>
        <translation>上游不支持</translation>
    </message>
    <message>
        <source>The chosen provider cannot express this: use another model or drop the field.</source>
        <translation>所选提供商无法表达此内容，请换用其他模型或去掉该字段。</translation>
    </message>
    <message>
        <source>Request too large</source>
        <translation>请求过大</translation>
    </message>
    <message>
        <source>Send less, or raise the limit in Settings.</source>
        <translation>请减少发送内容，或在设置中提高上限。</translation>
    </message>
    <message>
        <source>Wrong gateway key</source>
        <translation>网关密钥错误</translation>
    </message>
    <message>
        <source>Give the client the key that API Proxy shows.</source>
        <translation>请在客户端中填写“API 代理”页显示的密钥。</translation>
    </message>
    <message>
        <source>Web page refused</source>
        <translation>已拒绝网页访问</translation>
    </message>
    <message>
        <source>A web page tried to use the gateway. Allow its origin in Settings if you trust it.</source>
        <translation>有网页试图使用网关。如果信任它，请在设置中允许其来源。</translation>
    </message>
    <message>
        <source>Key&apos;s budget spent</source>
        <translation>密钥预算已用完</translation>
    </message>
    <message>
        <source>Wait for the next period, or raise the key&apos;s budget in API Proxy.</source>
        <translation>请等待下一周期，或在“API 代理”页提高该密钥的预算。</translation>
    </message>
    <message>
        <source>No account available</source>
        <translation>没有可用账号</translation>
    </message>
    <message>
        <source>See Accounts for what each of them waits for, or add another one.</source>
        <translation>请在“账号”页查看各账号在等待什么，或再添加一个账号。</translation>
    </message>
    <message>
        <source>Credential refused</source>
        <translation>凭据被拒绝</translation>
    </message>
    <message>
        <source>Sign the account in again, or enter a new key.</source>
        <translation>请重新登录此账号，或输入新密钥。</translation>
    </message>
    <message>
        <source>Account not allowed</source>
        <translation>账号无权限</translation>
    </message>
    <message>
        <source>Check the account&apos;s plan and permissions with its provider.</source>
        <translation>请向提供商确认此账号的套餐和权限。</translation>
    </message>
    <message>
        <source>Rate limit</source>
        <translation>速率限制</translation>
    </message>
    <message>
        <source>It passes by itself; another account of this provider would bridge it.</source>
        <translation>稍后会自行恢复；再添加一个此提供商的账号可避免中断。</translation>
    </message>
    <message>
        <source>Quota used up</source>
        <translation>配额已用完</translation>
    </message>
    <message>
        <source>Wait for the reset, or add another account.</source>
        <translation>请等待重置，或再添加一个账号。</translation>
    </message>
    <message>
        <source>No credit left</source>
        <translation>余额不足</translation>
    </message>
    <message>
        <source>Top the account up with its provider.</source>
        <translation>请在提供商处为此账号充值。</translation>
    </message>
    <message>
        <source>Provider overloaded</source>
        <translation>提供商过载</translation>
    </message>
    <message>
        <source>The provider lacks capacity; it passes by itself.</source>
        <translation>提供商容量不足，稍后会自行恢复。</translation>
    </message>
    <message>
        <source>Provider failed</source>
        <translation>提供商出错</translation>
    </message>
    <message>
        <source>The provider had an error of its own; try again.</source>
        <translation>提供商自身发生错误，请重试。</translation>
    </message>
    <message>
        <source>Name not found</source>
        <translation>找不到主机名</translation>
    </message>
    <message>
        <source>Check the network connection and the account&apos;s base URL.</source>
        <translation>请检查网络连接和账号的 Base URL。</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>无法连接</translation>
    </message>
    <message>
        <source>Check the network, a firewall, and the outgoing proxy in Settings.</source>
        <translation>请检查网络、防火墙，以及设置中的出站代理。</translation>
    </message>
    <message>
        <source>TLS failed</source>
        <translation>TLS 失败</translation>
    </message>
    <message>
        <source>If a company proxy opens TLS, set its CA file in Settings.</source>
        <translation>如果公司代理会解密 TLS，请在设置中指定其 CA 文件。</translation>
    </message>
    <message>
        <source>Outgoing proxy failed</source>
        <translation>出站代理失败</translation>
    </message>
    <message>
        <source>Check the outgoing proxy in Settings, or the account&apos;s own.</source>
        <translation>请检查设置中的出站代理，或账号自己的出站代理。</translation>
    </message>
    <message>
        <source>No answer in time</source>
        <translation>响应超时</translation>
    </message>
    <message>
        <source>The provider did not answer; it may have been billed, so it was not tried again.</source>
        <translation>提供商没有响应；请求可能已计费，因此没有重试。</translation>
    </message>
    <message>
        <source>Answer stalled</source>
        <translation>响应停滞</translation>
    </message>
    <message>
        <source>The provider stopped in the middle of its answer; try again.</source>
        <translation>提供商在响应中途停止，请重试。</translation>
    </message>
    <message>
        <source>Unreadable answer</source>
        <translation>无法解析响应</translation>
    </message>
    <message>
        <source>The server does not speak the protocol that its account is set to.</source>
        <translation>服务器使用的协议与账号设定的不符。</translation>
    </message>
    <message>
        <source>Answer cut off</source>
        <translation>响应中断</translation>
    </message>
    <message>
        <source>The connection broke in the middle of the answer; try again.</source>
        <translation>连接在响应中途断开，请重试。</translation>
    </message>
    <message>
        <source>Blocked by a filter</source>
        <translation>被内容过滤拦截</translation>
    </message>
    <message>
        <source>The provider&apos;s safety system refused; change the prompt.</source>
        <translation>提供商的安全系统拒绝了请求，请修改提示词。</translation>
    </message>
    <message>
        <source>Stale reasoning state</source>
        <translation>推理状态已失效</translation>
    </message>
    <message>
        <source>Start a new conversation: the old reasoning belongs to another account.</source>
        <translation>请开始新会话：原有推理属于另一个账号。</translation>
    </message>
    <message>
        <source>Client left</source>
        <translation>客户端已断开</translation>
    </message>
    <message>
        <source>Gateway stopping</source>
        <translation>网关正在停止</translation>
    </message>
    <message>
        <source>Start the gateway and try again.</source>
        <translation>请启动网关后重试。</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 分 %2 秒</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>in %1 s</source>
        <translation>%1 秒后</translation>
    </message>
    <message>
        <source>in %1 min</source>
        <translation>%1 分钟后</translation>
    </message>
    <message>
        <source>in %1 h %2 min</source>
        <translation>%1 小时 %2 分钟后</translation>
    </message>
    <message>
        <source>in %1 d %2 h</source>
        <translation>%1 天 %2 小时后</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>%1 秒前</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>%1 分钟前</translation>
    </message>
    <message>
        <source>%1 h ago</source>
        <translation>%1 小时前</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <extracomment>A day with its year, as QLocale formats dates.</extracomment>
        <translation>yyyy年M月d日</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Ctrl+Z</source>
        <translation>Ctrl+Z</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Unit</name>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>s</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>min</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>h</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountEdit</name>
    <message>
        <source>A whole number of at least %1.</source>
        <translation>请输入不小于 %1 的整数。</translation>
    </message>
    <message>
        <source>A whole number from %1 to %2.</source>
        <translation>请输入 %1 到 %2 之间的整数。</translation>
    </message>
    <message>
        <source>An account needs a name.</source>
        <translation>账号需要一个名称。</translation>
    </message>
    <message>
        <source>A new address needs the key anew: it is sealed for the old one.</source>
        <translation>更改地址后需重新输入密钥：原密钥是为旧地址加密保存的。</translation>
    </message>
    <message>
        <source>%1 saved</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>Enter the proxy&apos;s address: http://user:password@host:port or socks5h://…</source>
        <translation>请填写代理地址：http://user:password@host:port 或 socks5h://…</translation>
    </message>
    <message>
        <source>Enter the proxy&apos;s address anew, with its password: the gateway does not show it.</source>
        <translation>请重新填写代理地址及其密码：网关不会显示已保存的密码。</translation>
    </message>
    <message>
        <source>An amount of US dollars, such as 2.50.</source>
        <translation>请输入美元金额，例如 2.50。</translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountExport</name>
    <message>
        <source>The passphrase needs at least eight characters.</source>
        <translation>口令至少需要 8 个字符。</translation>
    </message>
    <message>
        <source>The two passphrases differ.</source>
        <translation>两次输入的口令不一致。</translation>
    </message>
    <message numerus="yes">
        <source>%n account(s) exported</source>
        <translation>
            <numerusform>已导出 %n 个账号</numerusform>
        </translation>
    </message>
    <message>
        <source>Not exported, as their secrets cannot be read: %1</source>
        <translation>以下账号的凭据无法读取，未导出：%1</translation>
    </message>
    <message>
        <source>The file cannot be written: %1</source>
        <translation>无法写入文件：%1</translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountForm</name>
    <message>
        <source>Signed in again</source>
        <translation>已重新登录</translation>
    </message>
    <message>
        <source>Choose a provider.</source>
        <translation>请选择提供商。</translation>
    </message>
    <message>
        <source>Enter the key.</source>
        <translation>请输入密钥。</translation>
    </message>
    <message>
        <source>This kind of server has no address of its own: enter it.</source>
        <translation>此类服务器没有默认地址，请输入地址。</translation>
    </message>
    <message>
        <source>Enter the OAuth client that the tokens belong to.</source>
        <translation>请输入这些令牌所属的 OAuth 客户端。</translation>
    </message>
    <message>
        <source>Enter at least one refresh token.</source>
        <translation>请至少输入一个刷新令牌。</translation>
    </message>
    <message>
        <source>Choose a key file.</source>
        <translation>请选择密钥文件。</translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <translation>第 %1 行：%2</translation>
    </message>
    <message>
        <source>%1 added</source>
        <translation>已添加 %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 is set up: %n route(s)</source>
        <translation>
            <numerusform>%1 已设置完成：%n 条路由</numerusform>
        </translation>
    </message>
    <message>
        <source>The test has failed</source>
        <translation>测试失败</translation>
    </message>
    <message>
        <source>What was not decided on was not added</source>
        <translation>未确认的账号没有添加</translation>
    </message>
    <message>
        <source>%1 was added to %2</source>
        <translation>%1 已添加到%2</translation>
    </message>
    <message>
        <source>What was not decided on may still be on %1. %2</source>
        <translation>未确认的账号可能仍在%1上。%2</translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountImport</name>
    <message numerus="yes">
        <source>Import %n account(s)</source>
        <translation>
            <numerusform>导入 %n 个账号</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n route(s)</source>
        <translation>
            <numerusform>导入 %n 条路由</numerusform>
        </translation>
    </message>
    <message>
        <source>Import %1 and %2</source>
        <translation>导入 %1和 %2</translation>
    </message>
    <message numerus="yes">
        <source>%n account(s)</source>
        <translation>
            <numerusform>%n 个账号</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n route(s)</source>
        <translation>
            <numerusform>%n 条路由</numerusform>
        </translation>
    </message>
    <message>
        <source>The file cannot be read: %1</source>
        <translation>无法读取文件：%1</translation>
    </message>
    <message>
        <source>The file is larger than 4 MB: there are no accounts in it.</source>
        <translation>文件大于 4 MB：其中没有账号。</translation>
    </message>
    <message>
        <source>Choose a file first.</source>
        <translation>请先选择文件。</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>文件为空。</translation>
    </message>
    <message>
        <source>This is neither a file of exported accounts nor a configuration of LiteLLM, CLIProxyAPI or claude-code-router.</source>
        <translation>这既不是导出的账号文件，也不是 LiteLLM、CLIProxyAPI 或 claude-code-router 的配置。</translation>
    </message>
    <message>
        <source>This configuration cannot be read</source>
        <translation>无法读取此配置</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Routes</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>will be added</source>
        <translation>将添加</translation>
    </message>
    <message>
        <source>Not taken over</source>
        <translation>未导入的内容</translation>
    </message>
    <message>
        <source>A configuration of %1.</source>
        <translation>%1 的配置。</translation>
    </message>
    <message>
        <source>Exported accounts.</source>
        <translation>导出的账号。</translation>
    </message>
    <message>
        <source>There is nothing new in it.</source>
        <translation>其中没有新内容。</translation>
    </message>
    <message>
        <source>There are no accounts in this file.</source>
        <translation>此文件中没有账号。</translation>
    </message>
    <message>
        <source>added</source>
        <translation>已添加</translation>
    </message>
    <message numerus="yes">
        <source>%n account(s) imported</source>
        <translation>
            <numerusform>已导入 %n 个账号</numerusform>
        </translation>
    </message>
    <message>
        <source>Imported: %1 and %2</source>
        <translation>已导入：%1和 %2</translation>
    </message>
    <message>
        <source>The import to %1 has failed. %2</source>
        <translation>导入到%1失败。%2</translation>
    </message>
    <message numerus="yes">
        <source>%n account(s) imported to %1</source>
        <translation>
            <numerusform>已将 %n 个账号导入到%1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountModel</name>
    <message>
        <source>tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>input tokens</source>
        <translation>输入 token</translation>
    </message>
    <message>
        <source>output tokens</source>
        <translation>输出 token</translation>
    </message>
    <message>
        <source>requests</source>
        <translation>次请求</translation>
    </message>
    <message>
        <source>a minute</source>
        <translation>每分钟</translation>
    </message>
    <message>
        <source>a month</source>
        <translation>每月</translation>
    </message>
    <message>
        <source>a day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>Your limit %1</source>
        <translation>自定限额（%1）</translation>
    </message>
    <message>
        <source>%1, for as long as the provider said</source>
        <translation>%1，时长由提供商指定</translation>
    </message>
    <message>
        <source>Your limit of %1 %2 %3 is used up</source>
        <translation>自定限额（%3 %1 %2）已用完</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>sign-in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>service account</source>
        <translation>服务账号</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API 密钥</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>尚未使用</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>Cooling down</source>
        <translation>冷却中</translation>
    </message>
    <message>
        <source>Needs sign-in</source>
        <translation>需要登录</translation>
    </message>
    <message>
        <source>Not allowed</source>
        <translation>无权限</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Budget spent</source>
        <translation>预算已用完</translation>
    </message>
    <message numerus="yes">
        <source>%1 works: %n model(s)</source>
        <translation>
            <numerusform>%1 测试通过：%n 个模型</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 removed</source>
        <translation>已移除 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n account(s) removed</source>
        <translation>
            <numerusform>已移除 %n 个账号</numerusform>
        </translation>
    </message>
    <message>
        <source>The next request tries it</source>
        <translation>由下一个请求试探</translation>
    </message>
    <message>
        <source>The test has failed</source>
        <translation>测试失败</translation>
    </message>
    <message numerus="yes">
        <source>%n ready</source>
        <translation>
            <numerusform>%n 个可用</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cooling down</source>
        <translation>
            <numerusform>%n 个冷却中</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n budget(s) spent</source>
        <translation>
            <numerusform>%n 个预算已用完</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n switched off</source>
        <translation>
            <numerusform>%n 个已停用</numerusform>
        </translation>
    </message>
    <message>
        <source>No quota for it on this account</source>
        <translation>此账号没有该模型的配额</translation>
    </message>
    <message>
        <source>Not there for this account</source>
        <translation>此账号不能使用该模型</translation>
    </message>
    <message>
        <source>Does not take %1</source>
        <translation>不接受参数 %1</translation>
    </message>
    <message>
        <source>Writes at most %1 tokens</source>
        <translation>最多输出 %1 个 token</translation>
    </message>
    <message>
        <source>%1 (until %2)</source>
        <translation>%1（至 %2）</translation>
    </message>
    <message>
        <source>Needs a new key</source>
        <translation>需要新密钥</translation>
    </message>
    <message>
        <source>resets %1</source>
        <translation>%1重置</translation>
    </message>
    <message>
        <source>%1 of %2 %3 left</source>
        <translation>剩余 %1 / %2 %3</translation>
    </message>
    <message>
        <source>Paused: %1</source>
        <translation>暂停的模型：%1</translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) attention</source>
        <translation>
            <numerusform>%n 个需要处理</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n account(s) work</source>
        <translation>
            <numerusform>全部 %n 个账号可用</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 work; %n failed:</source>
        <translation>
            <numerusform>%2 个中有 %1 个可用，%n 个失败：</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountProbe</name>
    <message>
        <source>Works</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>No quota for it on this account</source>
        <translation>此账号没有该模型的配额</translation>
    </message>
    <message>
        <source>Not there for this account</source>
        <translation>此账号不能使用该模型</translation>
    </message>
    <message>
        <source>%1 · over %2</source>
        <translation>%1 · %2结束</translation>
    </message>
    <message>
        <source>Not asked: %1</source>
        <translation>未询问：%1</translation>
    </message>
    <message>
        <source>%1 · %2 tokens in, %3 out</source>
        <translation>%1 · 输入 %2、输出 %3 个 token</translation>
    </message>
    <message>
        <source>Cannot be asked now: %1</source>
        <translation>现在不能询问：%1</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Not chosen</source>
        <translation>未选择</translation>
    </message>
    <message>
        <source>Not asked</source>
        <translation>未询问</translation>
    </message>
    <message>
        <source>no list price</source>
        <translation>无标价</translation>
    </message>
    <message>
        <source>This account lists no model that can be asked in words. Its plain test reads the list anew.</source>
        <translation>此账号没有列出可用文字询问的模型。普通测试会重新读取列表。</translation>
    </message>
    <message>
        <source>None of its models can be asked now.</source>
        <translation>它的模型现在都不能询问。</translation>
    </message>
    <message>
        <source>No model is chosen.</source>
        <translation>未选择模型。</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s), about %1 tokens in and at most %2 out</source>
        <translation>
            <numerusform>%n 个请求，输入约 %1 个 token，输出最多 %2 个</numerusform>
        </translation>
    </message>
    <message>
        <source>At most %1 by list price</source>
        <translation>按标价最多 %1</translation>
    </message>
    <message>
        <source>What it costs is not known: there is no list price</source>
        <translation>费用未知：没有标价</translation>
    </message>
    <message numerus="yes">
        <source>%1; no list price for %n of them</source>
        <translation>
            <numerusform>%1；其中 %n 个没有标价</numerusform>
        </translation>
    </message>
    <message>
        <source>Left out, since no short question can be put to them: %1</source>
        <translation>未包括（无法向它们提简短问题）：%1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 · the last answer is awaited</source>
        <translation>%1 · 正在等待最后一个回答</translation>
    </message>
    <message>
        <source>%1 of %2 asked work</source>
        <translation>询问了 %2 个，%1 个可用</translation>
    </message>
    <message numerus="yes">
        <source>%1; %n not asked any more</source>
        <translation>
            <numerusform>%1；%n 个未再询问</numerusform>
        </translation>
    </message>
    <message>
        <source>The provider refuses the account itself, so nothing more is asked.</source>
        <translation>提供商拒绝了账号本身，因此不再询问其他模型。</translation>
    </message>
    <message>
        <source>The app speaks to another gateway now.</source>
        <translation>应用现在连接的是另一个网关。</translation>
    </message>
    <message>
        <source>Not answered</source>
        <translation>未收到回答</translation>
    </message>
    <message>
        <source>No model has answered</source>
        <translation>没有模型作答</translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountSignIn</name>
    <message>
        <source>Asking the gateway for the address…</source>
        <translation>正在向网关获取登录地址…</translation>
    </message>
    <message>
        <source>Waiting for you in the browser. It stops %1.</source>
        <translation>请在浏览器中完成登录，%1停止等待。</translation>
    </message>
    <message>
        <source>Waiting for you in the browser.</source>
        <translation>请在浏览器中完成登录。</translation>
    </message>
    <message>
        <source>The browser is back; getting the tokens…</source>
        <translation>浏览器已返回，正在获取令牌…</translation>
    </message>
    <message>
        <source>Signed in.</source>
        <translation>已登录。</translation>
    </message>
    <message>
        <source>The sign-in came to nothing: %1</source>
        <translation>登录未完成：%1</translation>
    </message>
</context>
<context>
    <name>ag::gui::AccountStory</name>
    <message>
        <source>Ready to be tried</source>
        <translation>待试探</translation>
    </message>
    <message>
        <source>Being tried</source>
        <translation>试探中</translation>
    </message>
    <message>
        <source>a request succeeded</source>
        <translation>请求成功</translation>
    </message>
    <message>
        <source>rate limit</source>
        <translation>达到速率限制</translation>
    </message>
    <message>
        <source>quota used up</source>
        <translation>配额已用完</translation>
    </message>
    <message>
        <source>the provider lacks capacity</source>
        <translation>提供商容量不足</translation>
    </message>
    <message>
        <source>the provider failed</source>
        <translation>提供商出错</translation>
    </message>
    <message>
        <source>the network failed</source>
        <translation>网络故障</translation>
    </message>
    <message>
        <source>the credential was refused</source>
        <translation>凭据被拒绝</translation>
    </message>
    <message>
        <source>the provider allows nothing for now</source>
        <translation>提供商暂不允许使用</translation>
    </message>
    <message>
        <source>the provider has closed the account</source>
        <translation>提供商已关闭该账号</translation>
    </message>
    <message>
        <source>its time was over</source>
        <translation>等待时间已到</translation>
    </message>
    <message>
        <source>one request tries it</source>
        <translation>用一个请求试探</translation>
    </message>
    <message>
        <source>that request has learned nothing</source>
        <translation>试探无结果</translation>
    </message>
    <message>
        <source>a test succeeded</source>
        <translation>测试通过</translation>
    </message>
    <message>
        <source>switched on</source>
        <translation>已启用</translation>
    </message>
    <message>
        <source>switched off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>pause ended by hand</source>
        <translation>手动结束暂停</translation>
    </message>
    <message>
        <source>new credential</source>
        <translation>更换了凭据</translation>
    </message>
    <message>
        <source>sign-in renewed</source>
        <translation>登录已续期</translation>
    </message>
    <message>
        <source>your budget was spent</source>
        <translation>预算已用完</translation>
    </message>
    <message>
        <source>your budget began anew</source>
        <translation>预算已重置</translation>
    </message>
    <message>
        <source>One request tries again %1, as the provider said.</source>
        <translation>按提供商给出的时间，%1用一个请求试探。</translation>
    </message>
    <message>
        <source>One request tries again %1.</source>
        <translation>%1用一个请求试探。</translation>
    </message>
    <message>
        <source>The next request tries it.</source>
        <translation>由下一个请求试探。</translation>
    </message>
    <message>
        <source>A request is trying it now.</source>
        <translation>一个请求正在试探。</translation>
    </message>
    <message>
        <source>Only the provider can end this.</source>
        <translation>只有提供商能解除此状态。</translation>
    </message>
    <message>
        <source>One request tries it %1.</source>
        <translation>%1用一个请求试探。</translation>
    </message>
    <message>
        <source>The budget&apos;s next period begins %1.</source>
        <translation>预算的下一周期%1开始。</translation>
    </message>
    <message>
        <source>Switch it on to use it again.</source>
        <translation>启用后即可继续使用。</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Signs in with</source>
        <translation>认证方式</translation>
    </message>
    <message>
        <source>Signed in as</source>
        <translation>登录身份</translation>
    </message>
    <message>
        <source>Speaks %1 at</source>
        <translation>%1 端点</translation>
    </message>
    <message>
        <source>Quota group</source>
        <translation>配额组</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>direct</source>
        <translation>直连</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>上次使用</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>尚未使用</translation>
    </message>
    <message>
        <source>Priority and weight</source>
        <translation>优先级和权重</translation>
    </message>
    <message>
        <source>Requests since the daemon&apos;s start</source>
        <translation>守护进程启动以来的请求数</translation>
    </message>
    <message>
        <source>%1 since %2</source>
        <translation>%1（自 %2 起）</translation>
    </message>
    <message>
        <source>%1 → %2, %3</source>
        <translation>%1 → %2，%3</translation>
    </message>
    <message>
        <source>Trusts</source>
        <translation>信任</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>沙盒</translation>
    </message>
    <message>
        <source>Its answers are made up: no provider is asked.</source>
        <translation>其回答是虚构的：不会请求任何提供商。</translation>
    </message>
    <message>
        <source>Outgoing connection</source>
        <translation>出站方式</translation>
    </message>
    <message>
        <source>Sign in again.</source>
        <translation>请重新登录。</translation>
    </message>
    <message>
        <source>Sign in again; the gateway tries the old sign-in %1.</source>
        <translation>请重新登录；网关%1重试原登录。</translation>
    </message>
    <message>
        <source>Enter a new key.</source>
        <translation>请输入新密钥。</translation>
    </message>
    <message>
        <source>Enter a new key; the gateway tests the old one %1.</source>
        <translation>请输入新密钥；网关%1测试旧密钥。</translation>
    </message>
    <message>
        <source>gatewayd does not answer: the account is shown when it is back.</source>
        <translation>gatewayd 无响应：恢复后将显示该账号。</translation>
    </message>
</context>
<context>
    <name>ag::gui::App</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>No browser could be opened for %1</source>
        <translation>无法打开浏览器访问 %1</translation>
    </message>
    <message>
        <source>The folder %1 could not be opened</source>
        <translation>无法打开文件夹 %1</translation>
    </message>
</context>
<context>
    <name>ag::gui::Backend</name>
    <message>
        <source>gatewayd %1 runs here, but this app is version %2. Install the same version of both, then restart gatewayd.</source>
        <translation>本机运行的 gatewayd 版本为 %1，此应用版本为 %2。请安装相同版本，然后重启 gatewayd。</translation>
    </message>
    <message>
        <source>The proxy does not listen</source>
        <translation>代理未在监听</translation>
    </message>
    <message>
        <source>gatewayd at %1 accepts connections, but does not answer: it may hang. The app goes on trying.</source>
        <translation>%1 的 gatewayd 接受连接但没有回应，可能已卡住。应用会继续尝试。</translation>
    </message>
</context>
<context>
    <name>ag::gui::ClientKeyForm</name>
    <message>
        <source>A key needs a name: whom or what it is for.</source>
        <translation>密钥需要名称：供谁或什么程序使用。</translation>
    </message>
    <message>
        <source>A moment to come: 2030-12-31, 2030-12-31 18:00, or 30d from now.</source>
        <translation>请填写将来的时间：2030-12-31、2030-12-31 18:00，或 30d（30 天后）。</translation>
    </message>
    <message>
        <source>A whole number of at least 1, or nothing.</source>
        <translation>至少为 1 的整数，或留空。</translation>
    </message>
    <message>
        <source>%1 saved</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>An amount of US dollars, such as 2.50, or nothing.</source>
        <translation>请输入美元金额（例如 2.50），或留空。</translation>
    </message>
</context>
<context>
    <name>ag::gui::ClientKeyModel</name>
    <message>
        <source>until %1</source>
        <translation>%1 到期</translation>
    </message>
    <message>
        <source>never used</source>
        <translation>从未使用</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Budget spent</source>
        <translation>预算已用完</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>%1 requests · %2 tokens</source>
        <translation>%1 个请求 · %2 token</translation>
    </message>
    <message>
        <source>Budget %1</source>
        <translation>%1预算</translation>
    </message>
    <message>
        <source>Key %1 removed</source>
        <translation>已移除密钥 %1</translation>
    </message>
</context>
<context>
    <name>ag::gui::Connector</name>
    <message>
        <source>A token is needed: see the gateway&apos;s control.token.</source>
        <translation>需要令牌：见网关的 control.token。</translation>
    </message>
    <message>
        <source>Others may read %1: do `chmod 600` on it first.</source>
        <translation>其他用户可以读取 %1：请先对它执行 `chmod 600`。</translation>
    </message>
    <message>
        <source>A name or an address with a port: gateway.lan:8046</source>
        <translation>名称或地址加端口：gateway.lan:8046</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>无法读取 %1。</translation>
    </message>
    <message>
        <source>The token cannot be stored in %1.</source>
        <translation>无法将令牌保存到 %1。</translation>
    </message>
    <message>
        <source>%1 holds no token that can be used</source>
        <translation>%1 中没有可用的令牌</translation>
    </message>
</context>
<context>
    <name>ag::gui::Daemon</name>
    <message>
        <source>gatewayd is not installed: put it beside this program or on PATH.</source>
        <translation>未安装 gatewayd：请将其放到本程序所在目录或 PATH 中。</translation>
    </message>
    <message>
        <source>%1 could not be started: %2</source>
        <translation>无法启动 %1：%2</translation>
    </message>
    <message>
        <source>gatewayd ended at once and said nothing.</source>
        <translation>gatewayd 启动后立即退出，没有任何输出。</translation>
    </message>
    <message>
        <source>gatewayd has not answered for 15 s. Its log: %1</source>
        <translation>gatewayd 已 15 秒无响应。日志：%1</translation>
    </message>
</context>
<context>
    <name>ag::gui::Dashboard</name>
    <message>
        <source>none by this time yesterday</source>
        <translation>昨日同期为 0</translation>
    </message>
    <message>
        <source>Requests today</source>
        <translation>今日请求</translation>
    </message>
    <message>
        <source>Tokens today</source>
        <translation>今日 token</translation>
    </message>
    <message>
        <source>From cache</source>
        <translation>缓存命中</translation>
    </message>
    <message>
        <source>Error rate</source>
        <translation>错误率</translation>
    </message>
    <message>
        <source>%1 yesterday</source>
        <translation>昨天 %1</translation>
    </message>
    <message>
        <source>%1% vs yesterday</source>
        <translation>较昨日 %1%</translation>
    </message>
    <message>
        <source>Cost today</source>
        <translation>今日费用</translation>
    </message>
    <message>
        <source>The proxy cannot listen</source>
        <translation>代理无法监听</translation>
    </message>
    <message>
        <source>The proxy is stopped</source>
        <translation>代理已停止</translation>
    </message>
    <message>
        <source>No client gets an answer until it runs.</source>
        <translation>启动前客户端得不到任何响应。</translation>
    </message>
    <message>
        <source>Open API Proxy</source>
        <translation>打开“API 代理”</translation>
    </message>
    <message>
        <source>Start proxy</source>
        <translation>启动代理</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>重新登录</translation>
    </message>
    <message>
        <source>Enter a new key</source>
        <translation>输入新密钥</translation>
    </message>
    <message>
        <source>Change its limits</source>
        <translation>修改限额</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>No account can serve</source>
        <translation>没有账号可用</translation>
    </message>
    <message>
        <source>Requests are refused until you mend one, switch one on or add another.</source>
        <translation>在您修复、启用或添加一个账号之前，请求会被拒绝。</translation>
    </message>
    <message>
        <source>Open Accounts</source>
        <translation>打开账号</translation>
    </message>
    <message>
        <source>Open Token Stats</source>
        <translation>打开“Token 统计”</translation>
    </message>
    <message>
        <source>Show the requests that failed today</source>
        <translation>显示今天失败的请求</translation>
    </message>
    <message>
        <source>Requests are refused or wait. The first one is back %1.</source>
        <translation>请求会被拒绝或等待。最早的账号%1恢复。</translation>
    </message>
</context>
<context>
    <name>ag::gui::HealthCheck</name>
    <message>
        <source>%1 answered with HTTP %2: another program may have this port.</source>
        <translation>%1 返回了 HTTP %2：该端口可能被其他程序占用。</translation>
    </message>
    <message>
        <source>%1 did not answer: %2</source>
        <translation>%1 没有响应：%2</translation>
    </message>
    <message>
        <source>It listens on %1 of %2 itself: programs on that machine reach it, programs on this one do not. Let other machines use it in API Proxy, or use it there.</source>
        <translation>代理只监听 %2 自身的 %1：那台机器上的程序可以访问，本机的程序无法访问。请在“API 代理”中允许其他机器使用，或在那台机器上使用。</translation>
    </message>
</context>
<context>
    <name>ag::gui::MonitorModel</name>
    <message>
        <source>%1 of %2 requests</source>
        <translation>%1 / %2 个请求</translation>
    </message>
    <message>
        <source>%1 requests</source>
        <translation>%1 个请求</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 个失败</translation>
    </message>
    <message>
        <source>%1 held back</source>
        <translation>%1 个暂未显示</translation>
    </message>
    <message>
        <source>All accounts</source>
        <translation>所有账号</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>所有模型</translation>
    </message>
    <message>
        <source>All APIs</source>
        <translation>所有 API</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>不限时间</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>最近 1 分钟</translation>
    </message>
    <message>
        <source>Last 5 minutes</source>
        <translation>最近 5 分钟</translation>
    </message>
    <message>
        <source>Last 15 minutes</source>
        <translation>最近 15 分钟</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>left</source>
        <comment>the client left before it got a status</comment>
        <translation>已离开</translation>
    </message>
    <message>
        <source>d MMM HH:mm</source>
        <extracomment>A moment of another day in a narrow column, as QLocale formats dates.</extracomment>
        <translation>M-d HH:mm</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
</context>
<context>
    <name>ag::gui::Notices</name>
    <message>
        <source>%1 needs attention</source>
        <translation>%1 需要处理</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>ag::gui::Preferences</name>
    <message>
        <source>%1 cannot be removed: %2</source>
        <translation>无法删除 %1：%2</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
</context>
<context>
    <name>ag::gui::RequestDetail</name>
    <message>
        <source>Completion</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Token count</source>
        <translation>token 计数</translation>
    </message>
    <message>
        <source>List of models</source>
        <translation>模型列表</translation>
    </message>
    <message>
        <source>One model&apos;s facts</source>
        <translation>模型信息</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>Passed through</source>
        <translation>透传</translation>
    </message>
    <message>
        <source>The model was done</source>
        <translation>模型正常结束</translation>
    </message>
    <message>
        <source>The limit of output tokens was reached</source>
        <translation>达到输出 token 上限</translation>
    </message>
    <message>
        <source>The model calls a tool</source>
        <translation>模型调用工具</translation>
    </message>
    <message>
        <source>A stop sequence came</source>
        <translation>遇到停止序列</translation>
    </message>
    <message>
        <source>The provider&apos;s safety system stopped it</source>
        <translation>被提供商的安全系统中止</translation>
    </message>
    <message>
        <source>%1, the answer began after %2</source>
        <translation>总计 %1，等待响应 %2</translation>
    </message>
    <message>
        <source>%1 without an answer</source>
        <translation>等待 %1，无响应</translation>
    </message>
    <message>
        <source>gatewayd does not answer: the record can be read when it is back.</source>
        <translation>gatewayd 无响应，恢复后即可查看该记录。</translation>
    </message>
    <message>
        <source>Client left</source>
        <translation>客户端已断开</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>none was asked</source>
        <translation>未使用账号</translation>
    </message>
    <message>
        <source>translated</source>
        <translation>已转换</translation>
    </message>
    <message>
        <source>streamed</source>
        <translation>流式</translation>
    </message>
    <message>
        <source>API</source>
        <translation>API</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>耗时</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>after %1</source>
        <translation>耗时 %1</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Client key</source>
        <translation>客户端密钥</translation>
    </message>
    <message>
        <source>primary key, or none</source>
        <translation>主密钥或无密钥</translation>
    </message>
    <message>
        <source>Request id</source>
        <translation>请求 ID</translation>
    </message>
    <message>
        <source>Trace id</source>
        <translation>跟踪 ID</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>无响应</translation>
    </message>
    <message>
        <source>Approximated</source>
        <translation>近似处理</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>已省略</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>From cache</source>
        <translation>缓存命中</translation>
    </message>
    <message>
        <source>Into cache</source>
        <translation>缓存写入</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>The gateway keeps no bodies: put the request&apos;s JSON into body.json.</source>
        <translation>网关不保存请求正文：请将请求的 JSON 放入 body.json。</translation>
    </message>
    <message>
        <source>AG_KEY is the key that API Proxy shows.</source>
        <translation>AG_KEY 是“API 代理”页面显示的密钥。</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>no price is known</source>
        <translation>价格未知</translation>
    </message>
    <message>
        <source>The model&apos;s context was full</source>
        <translation>模型的上下文已满</translation>
    </message>
    <message>
        <source>The provider paused a long turn</source>
        <translation>提供商暂停了较长的一轮</translation>
    </message>
    <message>
        <source>Its stream broke the protocol</source>
        <translation>其流式响应违反了协议</translation>
    </message>
    <message>
        <source>could have served it</source>
        <translation>当时可以处理</translation>
    </message>
    <message>
        <source>%1, until %2</source>
        <translation>%1，直到 %2</translation>
    </message>
    <message>
        <source>%1 (removed)</source>
        <translation>%1（已移除）</translation>
    </message>
    <message>
        <source>Open the account</source>
        <translation>打开该账号</translation>
    </message>
    <message>
        <source>Open Accounts</source>
        <translation>打开账号</translation>
    </message>
    <message>
        <source>Open API Proxy</source>
        <translation>打开“API 代理”</translation>
    </message>
    <message>
        <source>Open Settings</source>
        <translation>打开设置</translation>
    </message>
    <message>
        <source>Details of %1</source>
        <translation>%1 的详情</translation>
    </message>
    <message>
        <source>Route</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Routes, on API Proxy</source>
        <translation>“API 代理”中的路由</translation>
    </message>
    <message>
        <source>Keys for clients, on API Proxy</source>
        <translation>“API 代理”中的客户端密钥</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>到达时间</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Gateway overhead</source>
        <translation>网关耗时</translation>
    </message>
    <message>
        <source>Finish reason</source>
        <translation>结束原因</translation>
    </message>
</context>
<context>
    <name>ag::gui::RouteModel</name>
    <message>
        <source>Route %1 removed</source>
        <translation>已移除路由 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n route(s) written</source>
        <translation>
            <numerusform>已写入 %n 条路由</numerusform>
        </translation>
    </message>
    <message>
        <source>as without a route</source>
        <translation>与没有路由时相同</translation>
    </message>
    <message>
        <source>effort %1</source>
        <translation>推理强度 %1</translation>
    </message>
    <message>
        <source>thinks with %1 tokens</source>
        <translation>思考 %1 个 token</translation>
    </message>
    <message>
        <source>The app speaks to another gateway now.</source>
        <translation>应用现在连接的是另一个网关。</translation>
    </message>
    <message>
        <source>It was removed elsewhere meanwhile. Save again to add it anew.</source>
        <translation>它在此期间已在别处被删除。再次保存即可重新添加。</translation>
    </message>
    <message>
        <source>It was changed elsewhere meanwhile and goes to %1 now. Save again to replace that.</source>
        <translation>它在此期间已在别处被修改，现在指向 %1。再次保存即可替换。</translation>
    </message>
    <message>
        <source>There is a route for %1 already: it goes to %2.</source>
        <translation>%1 已有一条路由，指向 %2。</translation>
    </message>
    <message>
        <source>%1 goes to %2</source>
        <translation>%1 转到 %2</translation>
    </message>
    <message>
        <source>These routes of yours would be replaced:</source>
        <translation>以下已有路由将被替换：</translation>
    </message>
    <message>
        <source>thinking off</source>
        <translation>关闭思考</translation>
    </message>
</context>
<context>
    <name>ag::gui::RouteTest</name>
    <message>
        <source>no. %1, as %2: %3</source>
        <translation>第 %1 位，模型 %2：%3</translation>
    </message>
    <message>
        <source>could serve it as %1</source>
        <translation>可用 %1 处理</translation>
    </message>
    <message>
        <source>%1 as %2</source>
        <translation>%1，模型 %2</translation>
    </message>
</context>
<context>
    <name>ag::gui::ServerPlaces</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>in the terminal that gatewayd was started in</source>
        <translation>在启动 gatewayd 的终端中</translation>
    </message>
    <message>
        <source>with the program that started gatewayd</source>
        <translation>由启动 gatewayd 的程序处理</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Settings file</source>
        <translation>设置文件</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>数据文件夹</translation>
    </message>
</context>
<context>
    <name>ag::gui::SettingModel</name>
    <message>
        <source>It is stored, but not in force yet</source>
        <translation>已保存，但尚未生效</translation>
    </message>
    <message>
        <source>The variable %1 decides, which gatewayd was started with.</source>
        <translation>由启动 gatewayd 时的环境变量 %1 决定。</translation>
    </message>
    <message>
        <source>An option decides, which gatewayd was started with.</source>
        <translation>由启动 gatewayd 时的命令行选项决定。</translation>
    </message>
    <message>
        <source>A whole number from %1 to %2.</source>
        <translation>请输入 %1 到 %2 之间的整数。</translation>
    </message>
    <message>
        <source>From %1 to %2.</source>
        <translation>请输入 %1 到 %2 之间的值。</translation>
    </message>
    <message>
        <source>from config.json</source>
        <translation>来自 config.json</translation>
    </message>
    <message>
        <source>sealed</source>
        <translation>已加密保存</translation>
    </message>
    <message>
        <source>Kept sealed in the data folder&apos;s database, not in config.json.</source>
        <translation>加密保存在数据文件夹的数据库中，不在 config.json 里。</translation>
    </message>
    <message>
        <source>set by environment</source>
        <translation>由环境变量设定</translation>
    </message>
    <message>
        <source>set by command line</source>
        <translation>由命令行设定</translation>
    </message>
    <message>
        <source>default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>A change is kept in %1</source>
        <translation>更改会保存到 %1</translation>
    </message>
    <message>
        <source>Takes effect when the gateway is restarted.</source>
        <translation>网关下次启动后生效。</translation>
    </message>
</context>
<context>
    <name>ag::gui::TestRequest</name>
    <message>
        <source>%1 did not answer: %2</source>
        <translation>%1 没有响应：%2</translation>
    </message>
    <message>
        <source>It was answered with HTTP %1.</source>
        <translation>返回了 HTTP %1。</translation>
    </message>
    <message>
        <source>%1 answered without a word.</source>
        <translation>%1 返回了空回答。</translation>
    </message>
    <message>
        <source>It was answered with HTTP %1</source>
        <translation>返回了 HTTP %1</translation>
    </message>
</context>
<context>
    <name>ag::gui::Toasts</name>
    <message>
        <source>“%1” was not carried out. %2</source>
        <translation>“%1”未能执行。%2</translation>
    </message>
</context>
<context>
    <name>ag::gui::TokenStats</name>
    <message>
        <source>Write dates as year-month-day, such as 2026-11-26.</source>
        <translation>日期格式为年-月-日，例如 2026-11-26。</translation>
    </message>
    <message>
        <source>The last day is before the first one.</source>
        <translation>结束日期早于起始日期。</translation>
    </message>
    <message>
        <source>The first day is still to come.</source>
        <translation>起始日期尚未到来。</translation>
    </message>
    <message>
        <source>Choose five years at most.</source>
        <translation>最多选择五年。</translation>
    </message>
    <message>
        <source>gatewayd does not answer: the figures appear when it is back.</source>
        <translation>gatewayd 无响应，恢复后即可显示数据。</translation>
    </message>
    <message>
        <source>Primary key, or none</source>
        <translation>主密钥或无密钥</translation>
    </message>
    <message>
        <source>No account</source>
        <translation>无账号</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>All others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Input from a cache</source>
        <translation>缓存命中的输入</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>From cache</source>
        <translation>缓存命中</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>d MMM</source>
        <extracomment>A day under a chart&apos;s bar, as QLocale formats dates.</extracomment>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>MMM yyyy</source>
        <extracomment>A month under a chart&apos;s bar, as QLocale formats dates.</extracomment>
        <translation>yyyy年M月</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>Saved to %1</source>
        <translation>已保存到 %1</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
</context>
<context>
    <name>ag::gui::Tray</name>
    <message>
        <source>Open AG Gateway</source>
        <translation>打开 AG Gateway</translation>
    </message>
    <message>
        <source>Stop the proxy</source>
        <translation>停止代理</translation>
    </message>
    <message>
        <source>Start the proxy</source>
        <translation>启动代理</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>no daemon</source>
        <translation>没有守护进程</translation>
    </message>
    <message>
        <source>listening on %1</source>
        <translation>正在监听 %1</translation>
    </message>
    <message>
        <source>the proxy is stopped</source>
        <translation>代理已停止</translation>
    </message>
    <message>
        <source>Copy the base URL</source>
        <translation>复制 Base URL</translation>
    </message>
    <message>
        <source>AG Gateway: %1</source>
        <translation>AG Gateway：%1</translation>
    </message>
</context>
</TS>
