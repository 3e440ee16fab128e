# Members of an OCI runtime spec, and of its process.
$script:HcsSpecMembers = 'ociVersion', 'process', 'root', 'hostname', 'domainname', 'mounts', 'hooks', 'annotations', 'windows', 'linux', 'vm', 'solaris', 'zos'
$script:HcsProcessMembers = 'terminal', 'consoleSize', 'user', 'args', 'commandLine', 'env', 'cwd', 'capabilities', 'rlimits', 'noNewPrivileges',
    'apparmorProfile', 'oomScoreAdj', 'selinuxLabel', 'ioPriority', 'scheduler', 'execCPUAffinity'

function Get-HcsAdvice {
    <#
    .SYNOPSIS
    What to do about a failure, where the module knows more than the command: what was given, and what there is. Else the hint of the command.
    #>
    [OutputType([string])]
    param($ErrorBody, [string] $Hint, [System.Management.Automation.PSCmdlet] $Caller)

    $given = $Caller.MyInvocation.BoundParameters
    if ($ErrorBody.code -ceq 'notFound' -and $ErrorBody.PSObject.Properties['containerId'] -and $ErrorBody.message.EndsWith(' does not exist')) {
        return (Get-HcsNearId -Id $ErrorBody.containerId -Caller $Caller)
    }
    if (-not $given.ContainsKey('Spec')) { return $Hint }
    $spec = $given['Spec']
    if ($ErrorBody.message -ceq 'the spec names no program to run') {
        $strange = if ($spec -isnot [string]) { Get-HcsStrangeMember -Spec $spec }
        if ($strange) { return $strange }
        $advice = 'add process.args to the spec'
        $name = '$spec'
        if ($spec -is [string] -and -not $spec.TrimStart().StartsWith('{')) { $name = 'FILE' }
        $command = $Caller.MyInvocation.MyCommand
        if ($command.Parameters.ContainsKey('Command')) { $advice += ", or give a command: $($command.Name) -Spec $name -Command cmd, /c, ver" }
        return $advice
    }
    if ($spec -isnot [string] -and $Hint -cmatch 'ConvertTo-Json') {
        if ($Hint -cmatch 'single element') { return "a list is written with @(), also of one element: @{ args = @('hostname') }" }
        return 'an object there is no text: give what is expected'
    }
    $Hint
}

function Get-HcsStrangeMember {
    <#
    .SYNOPSIS
    Which member of a spec is none, with what was meant; nothing when all are.
    #>
    [OutputType([string])]
    param($Spec)

    $within = Get-HcsMember -Value $Spec -Name 'process'
    foreach ($part in @{ Value = $Spec; Known = $script:HcsSpecMembers; Where = 'the spec' }, @{ Value = $within; Known = $script:HcsProcessMembers; Where = 'process' }) {
        foreach ($name in Get-HcsMember -Value $part.Value) {
            if ($part.Known -contains $name) { continue }
            $near = Get-HcsNear -Word $name -Among $part.Known
            $text = "$($part.Where) has a member '$name', which is none"
            if ($near) { $text += ": did you mean ${near}?" } else { $text += "; the program is process.args" }
            return $text
        }
    }
}

function Get-HcsMember {
    <#
    .SYNOPSIS
    The names in a table or an object; with a name its value.
    #>
    param([AllowNull()] $Value, [string] $Name)

    if ($Value -is [System.Collections.IDictionary]) {
        if ($Name) { return $Value[$Name] }
        return @($Value.Keys)
    }
    if ($Value -isnot [System.Management.Automation.PSCustomObject]) { return }
    if (-not $Name) { return @($Value.PSObject.Properties | ForEach-Object { $_.Name }) }
    if ($Value.PSObject.Properties[$Name]) { $Value.PSObject.Properties[$Name].Value }
}

function Get-HcsNearId {
    <#
    .SYNOPSIS
    What to do when there is no such container: an id that is near. Where nobody sees it, nobody asks for the list.
    #>
    [OutputType([string])]
    param([string] $Id, [System.Management.Automation.PSCmdlet] $Caller)

    $all = 'Get-HcsContainer without an id lists all'
    $action = Get-HcsPreference -Caller $Caller -Name 'ErrorActionPreference' -Default $ErrorActionPreference
    if ($Caller.MyInvocation.BoundParameters.ContainsKey('ErrorAction')) { $action = $Caller.MyInvocation.BoundParameters['ErrorAction'] }
    if ("$action" -in 'SilentlyContinue', 'Ignore') { return $all }
    try {
        $near = Get-HcsNear -Word $Id -Among @((Invoke-Hcs -Argument 'list').items | ForEach-Object { $_.id })
        if ($near) { return "did you mean ${near}? $all" }
    } catch [System.Management.Automation.PipelineStoppedException] {
        throw
    } catch {
        # It is an advice only.
        Write-Debug -Message $_.Exception.Message
    }
    $all
}
