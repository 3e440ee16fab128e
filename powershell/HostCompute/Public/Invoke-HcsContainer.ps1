function Invoke-HcsContainer {
    <#
    .SYNOPSIS
    Runs a program in a new container: its output as lines, its code in $LASTEXITCODE, or both as one object with -Capture.
    .DESCRIPTION
    As for a native command: stderr goes to the host, and a code other than 0 is an error only with
    $PSNativeCommandUseErrorActionPreference. Stopping the pipeline ends the program.
    .PARAMETER Command
    The program and its arguments, with commas between them: cmd, /c, ver.
    .PARAMETER ExtraArgument
    Takes what follows the program without commas: cmd /c ver. Words that begin with - are put in quotes then: sh '-c' 'echo hi'.
    .PARAMETER Id
    Id of the container; made up when absent.
    .PARAMETER Spec
    An OCI runtime spec: an object or hashtable, its JSON, or a file.
    .PARAMETER Strict
    Refuse a spec with members that are not known, which are ignored with a warning otherwise.
    .PARAMETER Bundle
    An OCI bundle: a folder with config.json.
    .PARAMETER Layer
    A Windows layer folder whose layerchain.json names its parents.
    .PARAMETER Isolation
    process or hyperv.
    .PARAMETER Environment
    Environment variables: a table, or texts such as PORT=8080.
    .PARAMETER EnvironmentFile
    A file of K=V lines.
    .PARAMETER WorkingDirectory
    Working directory in the container.
    .PARAMETER User
    User in the container.
    .PARAMETER HostName
    Host name in the container.
    .PARAMETER Mount
    type=bind,source=DIR,target=DIR[,readonly] or SRC:DST[:ro].
    .PARAMETER Cpus
    Processors it may use.
    .PARAMETER Memory
    Bytes, as 512MB, or a text such as 512m.
    .PARAMETER Network
    Name or id of a network, endpoint ids, container:ID, or none.
    .PARAMETER Label
    Labels: a table, or texts such as team=build.
    .PARAMETER RuntimeOptions
    JSON file with the lcow paths that a Linux container needs.
    .PARAMETER Owner
    Owner that HCS records.
    .PARAMETER Timeout
    Bound of each HCS operation, not of the program: that is -MaxTime.
    .PARAMETER InputText
    Text for the program's stdin, which then ends; strings from the pipeline are lines of it.
    Objects need ConvertTo-Json first.
    .PARAMETER InFile
    A file whose bytes, unchanged, are the program's stdin.
    .PARAMETER OutFile
    A file that gets the bytes of the program's stdout, unchanged; nothing is returned then. It is made, or emptied, before the program runs.
    .PARAMETER Detach
    Leave it running, and return the container.
    .PARAMETER Interactive
    With -Detach: leave its stdin open, for Connect-HcsContainer.
    .PARAMETER Remove
    Delete the container when its program has ended.
    .PARAMETER MaxTime
    End the program after this time: seconds, or a text such as 500ms or 2m.
    That it was ended is an error of id timeout, and $LASTEXITCODE is 124; with -Capture TimedOut is true, and ExitCode stays the program's.
    .PARAMETER Report
    A file that gets what happened as JSON, for CI: id, exitCode, exitCodeHex, times, timedOut, warnings, and the status that $LASTEXITCODE has; or the error.
    .PARAMETER Capture
    Return Stdout, Stderr and ExitCode as one object.
    .EXAMPLE
    Invoke-HcsContainer -Remove cmd, /c, ver

    Runs a program as a native command would run, and deletes its container: its output is lines, its code is in $LASTEXITCODE.
    .EXAMPLE
    $result = Invoke-HcsContainer -Remove -Capture cmd, /c, 'exit 3'; $result.ExitCode

    With -Capture one object: ExitCode, Stdout, Stderr.
    .EXAMPLE
    Invoke-HcsContainer -Detach -Id web -Environment PORT=8080 -WorkingDirectory 'C:\app' -Command cmd, /c, server.cmd

    Leaves it running, and returns the container. What it writes: Get-HcsLog web -Follow.
    .EXAMPLE
    Get-Content names.txt | Invoke-HcsContainer -Remove sort

    Strings from the pipeline are the lines of its input; bytes (Get-Content -AsByteStream -Raw) stay bytes.
    .EXAMPLE
    Invoke-HcsContainer -Remove -MaxTime 10m -Report report.json cmd, /c, build.cmd; if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }

    A step of CI: the report is there whether it succeeds, fails or takes too long.
    .EXAMPLE
    Invoke-HcsContainer -Remove cmd, /c, pack.cmd -InFile in.bin -OutFile out.zip

    Bytes: strings would spoil them.
    .OUTPUTS
    System.String, HostCompute.Result or HostCompute.Container
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Position = 0)]
        [AllowEmptyString()]
        [string[]] $Command,
        [Parameter(ValueFromRemainingArguments = $true)]
        [AllowNull()] [AllowEmptyString()] [AllowEmptyCollection()]
        [object[]] $ExtraArgument,
        [Alias('Name')] [string] $Id,
        # An OCI runtime spec: an object, its JSON, or a file.
        [object] $Spec,
        [switch] $Strict,
        [string] $Bundle,
        [string] $Layer,
        [ValidateSet('process', 'hyperv')]
        [string] $Isolation,
        [ValidateScript({ Test-HcsPair -Value $_ })] [object[]] $Environment,
        [string] $EnvironmentFile,
        [string] $WorkingDirectory,
        [string] $User,
        [string] $HostName,
        [string[]] $Mount,
        [double] $Cpus,
        # Bytes (512MB), or a text such as 512m.
        [object] $Memory,
        [string] $Network,
        [ValidateScript({ Test-HcsPair -Value $_ })] [object[]] $Label,
        [string] $RuntimeOptions,
        [string] $Owner,

        [Parameter(ValueFromPipeline = $true)]
        [object] $InputText,
        [Alias('InputFile')] [string] $InFile,
        [Alias('OutputFile')] [string] $OutFile,
        [switch] $Detach,
        [switch] $Interactive,
        [switch] $Remove,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $MaxTime,
        [string] $Report,
        [switch] $Capture,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    begin {
        $lines = New-Object -TypeName System.Collections.Generic.List[object]
        $strange = $false
    }
    process {
        if ($PSBoundParameters.ContainsKey('InputText') -and (Add-HcsInput -Line $lines -Value $InputText)) { $strange = $true }
    }
    end {
        if ($strange) { Write-Warning -Message $script:HcsObjectsAreText }
        $name = if ($Id) { $Id } else { 'a new container' }
        $what = 'create and run'
        if ($Command) { $what += ' ' + $Command[0] + ' in' }
        if ($Remove) { $what += ', then delete,' }
        if (Confirm-HcsAction -Caller $PSCmdlet -Target $name -Action $what) {
            try {
                $line = Get-HcsCreateOption -Bound $PSBoundParameters -Caller $PSCmdlet
                $text = $line.InputText
                if ($lines.Count -gt 0) {
                    if ($null -ne $text) {
                        Write-HcsError -Caller $PSCmdlet -Record (New-HcsErrorRecord -Code 'invalidRequest' -Message 'a spec that is no file leaves no room for input' -Hint 'write the spec to a file and name that')
                        return
                    }
                    $text = Join-HcsInput -Line $lines
                }
                if ($Detach -and $OutFile) {
                    Write-HcsError -Caller $PSCmdlet -Record (New-HcsErrorRecord -Code 'invalidRequest' -Message 'a program that is left running has no -OutFile' -Hint 'its log has the output: Get-HcsLog')
                    return
                }
                if ($Detach -and ($lines.Count -gt 0 -or $InFile)) {
                    Write-HcsError -Caller $PSCmdlet -Record (New-HcsErrorRecord -Code 'invalidRequest' -Message 'a program that is left running takes no input here' -Hint 'leave -Detach or the input away; with -Interactive its stdin stays open for Connect-HcsContainer')
                    return
                }
                $options = $line.Options + (Get-HcsTimeoutOption -Timeout $Timeout)
                if ($PSBoundParameters.ContainsKey('MaxTime')) { $options += '--max-time', (ConvertTo-HcsDuration -Value $MaxTime) }
                if ($Remove) { $options += '--rm' }
                if ($Interactive -and -not $Detach) {
                    Write-HcsError -Caller $PSCmdlet -Record (New-HcsErrorRecord -Code 'invalidRequest' -Message '-Interactive leaves stdin open of a program that is left running: it needs -Detach' -Hint 'strings from the pipeline are its input; a terminal is a matter of the command: hcs run -it')
                    return
                }
                if ($Interactive) { $options += '--interactive' }
                if ($Report) { $reportFile = $PSCmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Report) } else { $reportFile = $null }
                if ($Detach) {
                    # Which it refuses.
                    if ($Report) { $options += '--report', $reportFile }
                    $made = Invoke-Hcs -Argument (@('run', '-d') + $options + $line.Words) -InputText $text -Target $Id -Caller $PSCmdlet
                    if ($null -ne $made) { foreach ($warning in $made.warnings) { Write-Warning -Message $warning } }
                    Get-HcsMade -Made $made -Caller $PSCmdlet
                } else {
                    Invoke-HcsProgram -Verb 'run' -Option $options -Word $line.Words -InputText $text -Interactive:($lines.Count -gt 0) -Capture:$Capture -InFile $InFile -OutFile $OutFile -Report $reportFile -Caller $PSCmdlet -Target $Id
                }
            } catch [System.Management.Automation.PipelineStoppedException] {
                throw
            } catch {
                Write-HcsError -Caller $PSCmdlet -Record $_
            }
        }
    }
}
