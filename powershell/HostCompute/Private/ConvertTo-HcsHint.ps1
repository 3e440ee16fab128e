# What does the same as a verb here. Verbs that are not here have no command in the module: a hint that names them stays as it is.
$script:HcsCommands = @{
    list = 'Get-HcsContainer'; ls = 'Get-HcsContainer'; ps = 'Get-HcsContainer'; state = 'Get-HcsContainer'
    create = 'New-HcsContainer'; run = 'Invoke-HcsContainer'; exec = 'Invoke-HcsCommand'; attach = 'Connect-HcsContainer'
    start = 'Start-HcsContainer'; stop = 'Stop-HcsContainer'; kill = 'Stop-HcsContainer'; delete = 'Remove-HcsContainer'
    pause = 'Suspend-HcsContainer'; resume = 'Resume-HcsContainer'; wait = 'Wait-HcsContainer'
    logs = 'Get-HcsLog'; events = 'Get-HcsEvent'; stats = 'Measure-HcsContainer'; top = 'Get-HcsProcess'
    info = 'Get-HcsHost'; plan = 'Get-HcsPlan'
}

# Options whose parameter is called otherwise.
$script:HcsParameters = @{
    env = 'Environment'; 'env-file' = 'EnvironmentFile'; workdir = 'WorkingDirectory'; hostname = 'HostName'; rm = 'Remove'
    time = 'GracePeriod'; host = 'TargetHost'; exec = 'ExecProcess'; count = 'MaxEvents'
}

function ConvertTo-HcsHint {
    <#
    .SYNOPSIS
    What the command hcs says about itself, in the words of the module: hcs start web becomes Start-HcsContainer -Id web, --memory -Memory.
    #>
    [OutputType([string])]
    param(
        [AllowNull()] [AllowEmptyString()] [string] $Text,
        # Only this word, or ID, is taken for the id of a verb: what follows may be English.
        [string] $Id
    )

    $word = '(?:' + [regex]::Escape($Id) + '|ID)(?![\w.-])'
    if (-not $Id) { $word = 'ID\b' }
    $pattern = '(?<help>usage: hcs (?<helped>[a-z-]+).*$)|(?<help>hcs help (?<helped>[a-z-]+))' +
        '|\bhcs (?<verb>[a-z][a-z-]*)(?<options>(?: --[a-z][a-z-]*)*)(?: (?<id>' + $word + '))?(?<rest>[^,;:()"]*)' +
        '|--home or (?=HCS_HOME)|--(?<option>[a-z][a-z-]*)(?: (?<backend>simulator|hcs)\b)?'
    [regex]::Replace([string] $Text, $pattern, [System.Text.RegularExpressions.MatchEvaluator] {
        param($match)
        $groups = $match.Groups
        if ($groups['help'].Success) {
            if ($script:HcsCommands.ContainsKey($groups['helped'].Value)) { return 'see: Get-Help ' + $script:HcsCommands[$groups['helped'].Value] }
            return $match.Value
        }
        if ($groups['verb'].Success) {
            $verb = $groups['verb'].Value
            if (-not $script:HcsCommands.ContainsKey($verb)) { return $match.Value }
            $said = $script:HcsCommands[$verb]
            if ($groups['id'].Success) { $said += ' -Id ' + $groups['id'].Value }
            if ($verb -eq 'kill') { $said += ' -Force' }
            foreach ($option in $groups['options'].Value -split ' --' | Where-Object { $_ }) { $said += ' ' + (Get-HcsParameterName -Option $option) }
            return $said + $groups['rest'].Value
        }
        $option = $groups['option'].Value
        if ($option -eq 'home') { return 'HCS_HOME' }
        if ($option -eq 'backend') { return 'HCS_BACKEND ' + $groups['backend'].Value }
        if ($option -eq '') { return '' }
        Get-HcsParameterName -Option $option
    })
}

function Get-HcsParameterName {
    [OutputType([string])]
    param([string] $Option)

    if ($script:HcsParameters.ContainsKey($Option)) { return '-' + $script:HcsParameters[$Option] }
    '-' + (($Option -split '-' | ForEach-Object { $_.Substring(0, 1).ToUpperInvariant() + $_.Substring(1) }) -join '')
}
